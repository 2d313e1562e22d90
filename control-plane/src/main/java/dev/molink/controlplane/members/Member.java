package dev.molink.controlplane.members;

import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.RoleSource;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who belongs to an organization.
 *
 * @param email null when it is not known
 * @param source what gave the role
 * @param active false when the account is deactivated
 */
public record Member(
        String accountId,
        String organizationId,
        String organizationName,
        String login,
        @Nullable String email,
        @Nullable String name,
        Role role,
        RoleSource source,
        Instant addedAt,
        boolean active) {}
