package dev.molink.controlplane.keys;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key that somebody wants.
 *
 * @param serviceAccountId whose key it is to be; null: the project's own
 * @param expiresAt when it stops to work; null: never
 */
public record KeyRequest(
        String projectId,
        @Nullable String serviceAccountId,
        String name,
        KeyScope scope,
        @Nullable Instant expiresAt) {}
