package dev.molink.stagenode.security;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** The file through which the processes of one machine share a secret; readable by its owner only. */
final class SecretFile {

    private static final int RANDOM_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private SecretFile() {}

    static String readOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            create(file);
        }
        String secret = Files.readString(file).strip();
        if (secret.isEmpty()) {
            throw new IOException("%s is empty; delete it, and the next start writes a new secret".formatted(file));
        }
        return secret;
    }

    /** Another process may do the same: the link appears complete or not at all, and the first one stays. */
    private static void create(Path file) throws IOException {
        Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
        Path complete = Files.createTempFile(folder, "cluster-secret", ".new", ownerOnly(folder));
        try {
            Files.writeString(complete, random() + "\n");
            Files.createLink(file, complete);
        } catch (FileAlreadyExistsException e) {
            // The other process was first; its secret counts.
        } catch (UnsupportedOperationException e) {
            Files.move(complete, file);
        } finally {
            Files.deleteIfExists(complete);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path folder) {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private static String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
