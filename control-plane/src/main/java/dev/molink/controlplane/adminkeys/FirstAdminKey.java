package dev.molink.controlplane.adminkeys;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.access.AdminCaller;
import dev.molink.controlplane.access.Organizations;
import dev.molink.controlplane.access.Role;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Admin keys for whoever may use the gateway's machine: how the first one of an installation comes about. */
public final class FirstAdminKey {

    private final AdminKeys keys;
    private final Organizations organizations;

    FirstAdminKey(AdminKeys keys, Organizations organizations) {
        this.keys = keys;
        this.organizations = organizations;
    }

    /**
     * Creates a key, by words as people type them.
     *
     * @param role {@code owner} when null
     * @param organization id or name of the only organization that it sees; null for the installation's operator
     * @param expiresInDays null: until it is deleted
     * @throws RefusedException when a value is not allowed, or there is no such organization
     */
    public CreatedAdminKey create(
            AdminCaller creator,
            String name,
            @Nullable String role,
            @Nullable String organization,
            @Nullable Integer expiresInDays) {
        NewAdminKey wanted = new NewAdminKey(
                name,
                role == null ? Role.OWNER : role(role),
                organization == null ? null : organization(organization),
                expiresInDays == null ? null : Duration.ofDays(expiresInDays));
        return keys.create(wanted, creator, "");
    }

    private static Role role(String word) {
        return Arrays.stream(Role.values())
                .filter(role -> role.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        Reason.INVALID_VALUE,
                        "the role is one of owner, admin, developer, finance and viewer, but not '%s'".formatted(word),
                        "role"));
    }

    private String organization(String idOrName) {
        return organizations
                .find(idOrName)
                .orElseThrow(() -> new RefusedException(
                        Reason.NOT_FOUND, "there is no organization '%s'".formatted(idOrName), "organization"));
    }
}
