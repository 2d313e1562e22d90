package dev.molink.gateway.nodes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What nodes and gateways prove themselves with. Set by {@code MOLINK_CLUSTER_SECRET}; otherwise the first process of this
 * machine writes a random one that only its owner can read, and node ports stay on loopback.
 *
 * @param shared whether the secret was set on purpose, so that other machines may know it too
 */
public record ClusterSecret(String value, boolean shared) {

    private static final int RANDOM_BYTES = 32;
    private static final int MIN_LENGTH = 16;
    private static final String FILE = "cluster-secret";

    public ClusterSecret {
        if (value.length() < MIN_LENGTH) {
            throw new IllegalArgumentException(
                    "the cluster secret has %d characters; it needs at least %d".formatted(value.length(), MIN_LENGTH));
        }
    }

    /**
     * @param configured the value of {@code MOLINK_CLUSTER_SECRET}; null or blank: not set
     * @param home the folder of this machine's processes, such as {@code ~/.molink}
     */
    public static ClusterSecret load(@Nullable String configured, Path home) throws IOException {
        if (configured != null && !configured.isBlank()) {
            return new ClusterSecret(configured.strip(), true);
        }
        Path file = home.resolve(FILE);
        createOnce(file);
        return new ClusterSecret(Files.readString(file).strip(), false);
    }

    /** Writes aside and links into place, so that of several processes that start together one wins and none reads half. */
    private static void createOnce(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        Path draft = OwnerOnlyFiles.create(
                file.resolveSibling(FILE + "." + HexFormat.of().formatHex(random, 0, 8)));
        try {
            Files.writeString(draft, HexFormat.of().formatHex(random) + "\n", StandardOpenOption.WRITE);
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException another) {
            // The other process's secret holds.
            return;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Compares in a time that does not depend on where the two differ. */
    boolean matches(@Nullable String presented) {
        byte[] expected = value.getBytes(StandardCharsets.UTF_8);
        byte[] actual = presented == null ? new byte[0] : presented.getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, actual);
    }

    @Override
    public String toString() {
        return "ClusterSecret[shared=%s]".formatted(shared);
    }

    /** Files that nobody but their owner may read, from their first moment on. */
    static final class OwnerOnlyFiles {

        private OwnerOnlyFiles() {}

        static Path create(Path file) throws IOException {
            return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                    ? Files.createFile(
                            file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                    : Files.createFile(file);
        }
    }
}
