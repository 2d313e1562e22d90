package dev.molink.controlplane.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secrets under which keys are digested, so that a stolen database tells nothing about them. The last one is for new
 * keys; keys digested under older ones stay valid as long as those stay in the file.
 */
public final class Peppers {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SECRET_BYTES = 32;
    private static final Pattern LINE = Pattern.compile("([a-z0-9]{1,32})\\s+([0-9a-f]{64})");

    private final Map<String, SecretKeySpec> secrets;
    private final String current;

    private Peppers(Map<String, SecretKeySpec> secrets) {
        this.secrets = Map.copyOf(secrets);
        this.current =
                secrets.keySet().stream().reduce((first, second) -> second).orElseThrow();
    }

    /** Reads the file; writes it with a new pepper, readable by its owner only, when there is none. */
    static Peppers in(Path file, RandomGenerator random) throws IOException {
        if (!Files.exists(file)) {
            create(file, random);
        }
        Map<String, SecretKeySpec> secrets = new LinkedHashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank()) {
                add(line.strip(), file, number, secrets);
            }
        }
        if (secrets.isEmpty()) {
            throw new IOException("%s holds no pepper; it needs a line with an id and 64 hex digits".formatted(file));
        }
        return new Peppers(secrets);
    }

    /** The id of the pepper for new keys. */
    public String currentId() {
        return current;
    }

    /** The digest of {@code text} under each pepper, 64 hex digits, by pepper id. */
    public Map<String, String> digests(String text) {
        Map<String, String> digests = new LinkedHashMap<>();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        secrets.forEach((id, secret) -> digests.put(id, digest(bytes, secret)));
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

    private static void add(String line, Path file, int number, Map<String, SecretKeySpec> secrets) throws IOException {
        Matcher pepper = LINE.matcher(line);
        if (!pepper.matches()) {
            throw new IOException(
                    "%s, line %d: a pepper is an id of 1 to 32 lower-case letters and digits and 64 hex digits"
                            .formatted(file, number));
        }
        secrets.put(pepper.group(1), new SecretKeySpec(HexFormat.of().parseHex(pepper.group(2)), ALGORITHM));
    }

    private static void create(Path file, RandomGenerator random) throws IOException {
        byte[] id = new byte[4];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        String line =
                "%s %s%n".formatted(HexFormat.of().formatHex(id), HexFormat.of().formatHex(secret));
        Files.createDirectories(file.toAbsolutePath().getParent());
        boolean posix = Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix");
        FileAttribute<?>[] ownerOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try (var channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
            channel.write(StandardCharsets.US_ASCII.encode(line));
        } catch (FileAlreadyExistsException another) {
            // a process that started at the same time wrote it
        }
    }
}
