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
        boolean billed,
        @Nullable String allowedModels,
        @Nullable String allowedEndpoints,
        @Nullable String allowedIpRanges,
        String pepperId,
        String digestHex,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant archivedAt) {

    /** Compared against when there is no key, so that the comparison takes place all the same. */
    static final String NO_DIGEST = "0".repeat(64);

    /** Whether the text with these digests is this key's; takes the same time wherever they differ. */
    boolean matches(Map<String, String> digests) {
        String presented = digests.getOrDefault(pepperId, NO_DIGEST);
        return MessageDigest.isEqual(
                presented.getBytes(StandardCharsets.US_ASCII), digestHex.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether what is good for one is good for the other; not told of digests under different peppers. */
    boolean hasTextOf(StoredKey other) {
        return pepperId.equals(other.pepperId) && digestHex.equals(other.digestHex);
    }

    boolean expired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    /** What it is good for while nothing forbids it. */
    KeyVerification.Valid valid() {
        return new KeyVerification.Valid(
                keyId,
                projectId,
                organizationId,
                sharesPrefixCache,
                billed,
                ScopeText.parse(allowedModels, allowedEndpoints, allowedIpRanges));
    }
}
