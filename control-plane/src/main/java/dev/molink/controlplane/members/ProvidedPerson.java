package dev.molink.controlplane.members;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody as an identity provider describes them, after it proved who they are.
 *
 * @param issuer the provider
 * @param subject its own name for the person, which never changes
 * @param emailVerified whether the provider made sure that the address is theirs
 * @param grants what their groups give, the one that counts first
 */
public record ProvidedPerson(
        String issuer,
        String subject,
        @Nullable String email,
        boolean emailVerified,
        @Nullable String name,
        List<RoleGrant> grants) {

    public ProvidedPerson {
        grants = List.copyOf(grants);
    }
}
