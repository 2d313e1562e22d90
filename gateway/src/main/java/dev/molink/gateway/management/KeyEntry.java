package dev.molink.gateway.management;

import dev.molink.controlplane.keys.ApiKeySummary;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key as the management port shows it. Empty lists set no bound. */
record KeyEntry(
        String keyId,
        String organizationId,
        String projectId,
        String projectName,
        String name,
        String redacted,
        List<String> models,
        List<String> endpoints,
        List<String> ipRanges,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {

    static KeyEntry of(ApiKeySummary key) {
        return new KeyEntry(
                key.keyId(),
                key.organizationId(),
                key.projectId(),
                key.projectName(),
                key.name(),
                key.redacted(),
                key.scope().models(),
                key.scope().endpoints(),
                key.scope().ipRanges().stream().map(Object::toString).toList(),
                key.createdAt(),
                key.expiresAt(),
                key.revokedAt(),
                key.lastUsedAt());
    }
}
