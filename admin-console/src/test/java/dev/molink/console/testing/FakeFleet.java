package dev.molink.console.testing;

import dev.molink.controlplane.fleet.FleetSnapshot;
import dev.molink.controlplane.fleet.FleetView;
import dev.molink.controlplane.storage.DatabaseOutage;

/** A fleet that is what a test says. */
public final class FakeFleet implements FleetView {

    private volatile FleetSnapshot snapshot = SampleFleets.EMPTY;
    private volatile boolean databaseAway;

    public void set(FleetSnapshot fleet) {
        snapshot = fleet;
    }

    /** From now on nobody can tell the fleet, because it is read from a database that does not answer. */
    public void databaseAway(boolean away) {
        databaseAway = away;
    }

    @Override
    public FleetSnapshot snapshot() {
        if (databaseAway) {
            throw new DatabaseOutage("the database is away");
        }
        return snapshot;
    }
}
