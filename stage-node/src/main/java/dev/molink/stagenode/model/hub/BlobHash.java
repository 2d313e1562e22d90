package dev.molink.stagenode.model.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Checks a file against the hash that names its blob. */
final class BlobHash {

    private static final int BUFFER_BYTES = 1 << 20;
    private static final int SHA1_DIGITS = 40;

    private BlobHash() {}

    static boolean matches(Path path, RemoteFile file) {
        boolean git = file.hash().length() == SHA1_DIGITS;
        MessageDigest digest = digest(git ? "SHA-1" : "SHA-256");
        if (git) {
            digest.update("blob %d\0".formatted(file.bytes()).getBytes(StandardCharsets.US_ASCII));
        }
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(path)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        } catch (IOException e) {
            throw HubCache.unusable(path, e);
        }
        return HexFormat.of().formatHex(digest.digest()).equals(file.hash());
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}
