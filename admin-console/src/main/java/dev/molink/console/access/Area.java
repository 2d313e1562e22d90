package dev.molink.console.access;

import dev.molink.controlplane.access.Role;

/** A part of the console with pages of its own under {@code /console/<path>}, and the roles that it lets in. */
public enum Area {
    OVERVIEW("overview"),
    FLEET("fleet"),
    KEYS("keys");

    private final String path;

    Area(String path) {
        this.path = path;
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

    boolean isSeenBy(Role role) {
        return switch (role) {
            case OWNER, ADMIN, DEVELOPER, VIEWER -> true;
            case FINANCE -> this == OVERVIEW;
        };
    }

    boolean isManagedBy(Role role) {
        return switch (role) {
            case OWNER, ADMIN -> true;
            case DEVELOPER -> this == KEYS;
            case FINANCE, VIEWER -> false;
        };
    }
}
