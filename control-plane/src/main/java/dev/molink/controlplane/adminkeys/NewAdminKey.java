package dev.molink.controlplane.adminkeys;

import dev.molink.controlplane.access.Role;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a new key shall be.
 *
 * @param organizationId the only organization that it sees; null for all of the installation
 * @param lifetime null: until it is revoked
 */
public record NewAdminKey(
        String name,
        Role role,
        @Nullable String organizationId,
        @Nullable Duration lifetime) {}
