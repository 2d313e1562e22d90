package dev.molink.controlplane.members;

import dev.molink.controlplane.access.Role;
import org.jspecify.annotations.Nullable;

/**
 * A role that an identity provider gives.
 *
 * @param organizationName null for the role of an operator in the installation
 */
public record RoleGrant(Role role, @Nullable String organizationName) {}
