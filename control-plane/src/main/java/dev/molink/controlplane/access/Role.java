package dev.molink.controlplane.access;

import static dev.molink.controlplane.access.Area.ADMIN_KEYS;
import static dev.molink.controlplane.access.Area.ALERTS;
import static dev.molink.controlplane.access.Area.AUDIT;
import static dev.molink.controlplane.access.Area.FLEET;
import static dev.molink.controlplane.access.Area.KEYS;
import static dev.molink.controlplane.access.Area.LIMITS;
import static dev.molink.controlplane.access.Area.MEMBERS;
import static dev.molink.controlplane.access.Area.MONEY;
import static dev.molink.controlplane.access.Area.PRICES;
import static dev.molink.controlplane.access.Area.PROFIT;
import static dev.molink.controlplane.access.Area.PROJECTS;
import static dev.molink.controlplane.access.Area.RECONCILIATION;
import static dev.molink.controlplane.access.Area.USAGE;

import java.util.EnumSet;
import java.util.Set;

/** What an account or admin key is for. What a role is not given here, it is denied. */
public enum Role {
    /** Everything. */
    OWNER(EnumSet.allOf(Area.class), EnumSet.allOf(Area.class)),
    /** Everything, but members and admin keys only to look at. */
    ADMIN(EnumSet.allOf(Area.class), EnumSet.complementOf(EnumSet.of(MEMBERS, ADMIN_KEYS))),
    /** Keys of projects; sees the fleet, limits and usage. */
    DEVELOPER(EnumSet.of(PROJECTS, KEYS, LIMITS, USAGE, FLEET), EnumSet.of(KEYS)),
    /** Usage and money. */
    FINANCE(
            EnumSet.of(PROJECTS, LIMITS, ALERTS, USAGE, PRICES, MONEY, PROFIT, RECONCILIATION, AUDIT),
            EnumSet.of(PRICES, MONEY, ALERTS, RECONCILIATION)),
    /** Sees, changes nothing. */
    VIEWER(EnumSet.of(PROJECTS, KEYS, MEMBERS, LIMITS, USAGE, FLEET), EnumSet.noneOf(Area.class));

    @SuppressWarnings("ImmutableEnumChecker") // nothing changes it
    private final Set<Area> viewed;

    @SuppressWarnings("ImmutableEnumChecker") // nothing changes it
    private final Set<Area> managed;

    Role(Set<Area> viewed, Set<Area> managed) {
        this.viewed = viewed;
        this.managed = managed;
    }

    public boolean allows(Area area, Access access) {
        return switch (access) {
            case VIEW -> viewed.contains(area);
            case MANAGE -> managed.contains(area);
        };
    }
}
