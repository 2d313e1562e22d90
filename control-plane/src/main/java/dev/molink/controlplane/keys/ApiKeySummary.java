package dev.molink.controlplane.keys;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key as it may be shown at any time, without its text.
 *
 * @param redacted the beginning and the end of the text
 */
public record ApiKeySummary(
        String keyId,
        String projectId,
        String projectName,
        String name,
        String redacted,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {

    public boolean revoked() {
        return revokedAt != null;
    }

    public boolean expired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }
}
