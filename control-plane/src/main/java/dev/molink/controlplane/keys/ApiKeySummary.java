package dev.molink.controlplane.keys;

import dev.molink.controlplane.tenancy.ServiceAccountSummary;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key as it may be shown at any time, without its text.
 *
 * @param serviceAccount whose key it is; null: the project's own
 * @param redacted the beginning and the end of the text
 * @param replacedById the key that took its place; null: none
 * @param lastUsedAt to about a minute; null: never, as far as it is written yet
 */
public record ApiKeySummary(
        String keyId,
        String projectId,
        String projectName,
        String organizationId,
        @Nullable ServiceAccountSummary serviceAccount,
        String name,
        String redacted,
        KeyScope scope,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable String replacedById,
        @Nullable Instant lastUsedAt) {

    public boolean revoked() {
        return revokedAt != null;
    }

    public boolean expired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }
}
