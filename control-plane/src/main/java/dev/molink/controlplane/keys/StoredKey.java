package dev.molink.controlplane.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What verification needs of a key. */
record StoredKey(
        String keyId,
        String projectId,
        String organizationId,
        boolean sharesPrefixCache,
        String pepperId,
        String digestHex,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {

    /** Compared against when there is no key, so that the comparison takes place all the same. */
    static final String NO_DIGEST = "0".repeat(64);

    /** Whether the text with these digests is this key's; takes the same time wherever they differ. */
    boolean matches(Map<String, String> digests) {
        String presented = digests.getOrDefault(pepperId, NO_DIGEST);
        return MessageDigest.isEqual(
                presented.getBytes(StandardCharsets.US_ASCII), digestHex.getBytes(StandardCharsets.US_ASCII));
    }
}
