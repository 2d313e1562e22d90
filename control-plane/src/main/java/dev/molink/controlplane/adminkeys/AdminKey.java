package dev.molink.controlplane.adminkeys;

import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key of the administration API as it may be shown at any time, without its text.
 *
 * @param organizationId the only organization that it sees; null for a key of the installation's operator
 * @param redacted the beginning and the end of the text
 * @param createdBy id of the account or key that made it
 * @param lastUsedAt to the minute; null when it never was
 */
public record AdminKey(
        String keyId,
        @Nullable String organizationId,
        String name,
        Role role,
        String redacted,
        String createdBy,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {

    public boolean expired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    /** Whoever presents the key. */
    public AdminCaller caller() {
        return new AdminCaller(ActorKind.ADMIN_KEY, keyId, organizationId, role);
    }
}
