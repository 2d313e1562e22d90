package dev.molink.console.access;

import dev.molink.controlplane.accounts.Role;
import java.util.Set;

/** A part of the console with pages of its own under {@code /console/<path>}, and the roles that it lets in. */
public enum Area {
    OVERVIEW("overview", Set.of(Role.values()), Set.of()),
    FLEET("fleet", Set.of(Role.OWNER, Role.ADMIN, Role.DEVELOPER, Role.VIEWER), Set.of(Role.OWNER, Role.ADMIN)),
    KEYS(
            "keys",
            Set.of(Role.OWNER, Role.ADMIN, Role.DEVELOPER, Role.VIEWER),
            Set.of(Role.OWNER, Role.ADMIN, Role.DEVELOPER));

    private final String path;
    private final Set<Role> viewers;
    private final Set<Role> managers;

    Area(String path, Set<Role> viewers, Set<Role> managers) {
        this.path = path;
        this.viewers = viewers;
        this.managers = managers;
    }

    public String path() {
        return path;
    }

    /** Matches the area's own page and all below it. */
    public String pattern() {
        return "/console/" + path + "/**";
    }

    /** The authority that lets its holder look. */
    public String view() {
        return path + ":view";
    }

    /** The authority that lets its holder change something. */
    public String manage() {
        return path + ":manage";
    }

    boolean lets(Role role) {
        return viewers.contains(role);
    }

    boolean isManagedBy(Role role) {
        return managers.contains(role);
    }
}
