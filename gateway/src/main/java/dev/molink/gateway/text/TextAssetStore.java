package dev.molink.gateway.text;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.molink.gateway.tokenizer.TextModelException;
import dev.molink.gateway.tokenizer.TextModelLoader;
import dev.molink.proto.node.v1.TextAssets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Text assets by the SHA-256 of their serialised form: what nodes uploaded, cached in a folder so that a restarted gateway
 * need not ask again. A file whose bytes no longer have its hash is dropped.
 */
public final class TextAssetStore {

    private static final Logger LOG = LoggerFactory.getLogger(TextAssetStore.class);
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private final Path folder;
    private final TextModelLoader loader;
    private final Map<String, ModelText> loaded = new ConcurrentHashMap<>();

    public TextAssetStore(Path folder, TextModelLoader loader) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.loader = loader;
    }

    /** Whether the text with this hash is here, in memory or on disk, and usable. */
    public boolean has(String sha256) {
        return find(sha256).isPresent();
    }

    public Optional<ModelText> find(String sha256) {
        ModelText known = loaded.get(sha256);
        if (known != null || !SHA_256.matcher(sha256).matches()) {
            return Optional.ofNullable(known);
        }
        return fromDisk(sha256);
    }

    /**
     * Takes an uploaded asset.
     *
     * @throws IllegalArgumentException when the bytes do not have the hash or are no text asset
     */
    public void put(String sha256, byte[] serialised) throws IOException {
        if (!sha256.equals(hash(serialised))) {
            throw new IllegalArgumentException("the text asset's bytes do not have the SHA-256 %s".formatted(sha256));
        }
        ModelText text = parse(serialised);
        Path draft = Files.createTempFile(folder, "upload", ".part");
        Files.write(draft, serialised);
        Files.move(draft, file(sha256), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        loaded.put(sha256, text);
    }

    private Optional<ModelText> fromDisk(String sha256) {
        Path file = file(sha256);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            byte[] serialised = Files.readAllBytes(file);
            if (sha256.equals(hash(serialised))) {
                return Optional.of(loaded.computeIfAbsent(sha256, _ -> parse(serialised)));
            }
            LOG.warn("the cached text {} does not have its hash any more; asking a node for it again", file);
            Files.delete(file);
        } catch (IOException | IllegalArgumentException unusable) {
            LOG.warn("the cached text {} cannot be used: {}", file, unusable.getMessage());
        }
        return Optional.empty();
    }

    private ModelText parse(byte[] serialised) {
        try {
            return ModelText.of(loader.load(TextAssets.parseFrom(serialised)));
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalArgumentException("the text asset is no serialised TextAssets message", broken);
        } catch (TextModelException unusable) {
            throw new IllegalArgumentException("the text asset cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    private Path file(String sha256) {
        return folder.resolve(sha256 + ".textassets");
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
