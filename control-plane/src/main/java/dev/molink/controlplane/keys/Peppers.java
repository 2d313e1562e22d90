package dev.molink.controlplane.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets under which keys are digested, so that a stolen database tells nothing about them. The last one is for new
 * keys; keys digested under older ones stay valid as long as those stay in the file. The file may change while this runs.
 */
public final class Peppers {

    private static final Logger LOG = LoggerFactory.getLogger(Peppers.class);
    private static final String ALGORITHM = "HmacSHA256";

    private final PepperFile file;
    private volatile Loaded loaded;

    /** @param ids in the file's order */
    private record Loaded(List<String> ids, Map<String, SecretKeySpec> secrets) {

        static Loaded of(Map<String, String> peppers) {
            Map<String, SecretKeySpec> secrets = new LinkedHashMap<>();
            peppers.forEach((id, hex) ->
                    secrets.put(id, new SecretKeySpec(HexFormat.of().parseHex(hex), ALGORITHM)));
            return new Loaded(List.copyOf(secrets.keySet()), Map.copyOf(secrets));
        }

        String current() {
            return ids.getLast();
        }
    }

    private Peppers(PepperFile file) throws IOException {
        this.file = file;
        this.loaded = Loaded.of(file.read());
    }

    /** Reads the file; writes it with a new pepper when there is none. */
    static Peppers in(Path path, RandomGenerator random) throws IOException {
        PepperFile file = new PepperFile(path);
        file.createIfMissing(random);
        return new Peppers(file);
    }

    /** Reads the file again and tells whether it had changed. One that cannot be read changes nothing. */
    boolean reload() {
        try {
            Loaded next = Loaded.of(file.read());
            boolean changed = !next.equals(loaded);
            if (changed) {
                LOG.info("the peppers of API keys changed; the one of new keys is '{}'", next.current());
                loaded = next;
            }
            return changed;
        } catch (IOException unreadable) {
            LOG.warn("the peppers of API keys stay as they were: {}", unreadable.getMessage());
            return false;
        }
    }

    /** In the file's order. */
    List<String> ids() {
        return loaded.ids();
    }

    /** The id of the pepper for new keys. */
    public String currentId() {
        return loaded.current();
    }

    /** The digest of {@code text} under the pepper of new keys, 64 hex digits. */
    String currentDigest(String text) {
        Loaded now = loaded;
        return digest(
                text.getBytes(StandardCharsets.UTF_8),
                Objects.requireNonNull(now.secrets().get(now.current())));
    }

    /** The digest of {@code text} under each pepper, 64 hex digits, by pepper id. */
    public Map<String, String> digests(String text) {
        Map<String, String> digests = new LinkedHashMap<>();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        loaded.secrets().forEach((id, secret) -> digests.put(id, digest(bytes, secret)));
        return digests;
    }

    private static String digest(byte[] text, SecretKeySpec secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return HexFormat.of().formatHex(mac.doFinal(text));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK lacks " + ALGORITHM + ", which every JDK must have", impossible);
        }
    }
}
