package dev.molink.gateway.generation;

import com.google.protobuf.ByteString;
import dev.molink.gateway.auth.ApiCaller;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Who may profit from whose cached prefixes: requests with the same salt. Each project has its own, so that nobody learns
 * from the time to the first token what another has asked; projects that share have one in common. A salt that the client
 * names divides further. Made of ids, no secrets.
 */
final class CacheSalt {

    private static final String OWN = "project";
    private static final String SHARED = "shared";

    private CacheSalt() {}

    static ByteString of(ApiCaller caller, @Nullable String clientSalt) {
        MessageDigest digest = sha256();
        add(digest, caller.sharesPrefixCache() ? SHARED : OWN);
        add(digest, caller.sharesPrefixCache() ? "" : caller.projectId());
        add(digest, clientSalt == null ? "" : clientSalt);
        return ByteString.copyFrom(digest.digest());
    }

    /** With its length, so that no two sequences of parts look the same. */
    private static void add(MessageDigest digest, String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256", impossible);
        }
    }
}
