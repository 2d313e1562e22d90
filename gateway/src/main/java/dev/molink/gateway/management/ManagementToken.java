package dev.molink.gateway.management;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What opens the management port: a random value in the gateway's data folder that only its owner can read, kept over
 * restarts. Whoever can read the file may manage the gateway.
 */
public final class ManagementToken {

    public static final String FILE = "management-token";
    private static final int RANDOM_BYTES = 32;

    private final String value;

    private ManagementToken(String value) {
        this.value = value;
    }

    static ManagementToken in(Path data) throws IOException {
        Path file = Files.createDirectories(data).resolve(FILE);
        try {
            Files.createFile(file, ownerOnly(file));
            byte[] random = new byte[RANDOM_BYTES];
            new SecureRandom().nextBytes(random);
            Files.writeString(file, HexFormat.of().formatHex(random) + "\n", StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException kept) {
            // The token of an earlier start holds.
        }
        String value = Files.readString(file).strip();
        if (value.length() < RANDOM_BYTES) {
            throw new IOException("%s holds no token; delete it and start again".formatted(file));
        }
        return new ManagementToken(value);
    }

    boolean matches(String presented) {
        return MessageDigest.isEqual(
                value.getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
