package dev.molink.console.access;

import dev.molink.controlplane.access.Access;

/**
 * A part of the console with pages of its own under {@code /console/<path>}. What a role may do there is what it may do in the
 * administration's area that the pages are about.
 */
public enum Area {
    OVERVIEW("overview", dev.molink.controlplane.access.Area.USAGE, false),
    FLEET("fleet", dev.molink.controlplane.access.Area.FLEET, true),
    KEYS("keys", dev.molink.controlplane.access.Area.KEYS, false),
    MEMBERS("members", dev.molink.controlplane.access.Area.MEMBERS, false);

    private final String path;
    private final dev.molink.controlplane.access.Area subject;
    private final boolean ofInstallation;

    /** @param ofInstallation whether the pages are about machines that all organizations share, and so for operators only */
    Area(String path, dev.molink.controlplane.access.Area subject, boolean ofInstallation) {
        this.path = path;
        this.subject = subject;
        this.ofInstallation = ofInstallation;
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

    boolean allows(Visitor visitor, Access access) {
        return visitor.role().allows(subject, access) && (visitor.operator() || !ofInstallation);
    }
}
