package dev.molink.controlplane.access;

import org.jspecify.annotations.Nullable;

/**
 * The person or key on whose behalf something is administered. What it may see never reaches beyond its organization.
 *
 * @param actorId id of the account or of the admin key
 * @param organizationId the only organization that it sees; null for the operator of the installation, who sees all
 */
public record AdminCaller(
        ActorKind kind, String actorId, @Nullable String organizationId, Role role) {

    /** What kind of credential was shown. */
    public enum ActorKind {
        /** Somebody with a login. */
        ACCOUNT,
        /** A key of the administration API. */
        ADMIN_KEY,
        /** The process itself: its start, its clock, its command line. */
        SYSTEM
    }

    public boolean may(Area area, Access access) {
        return role.allows(area, access);
    }
}
