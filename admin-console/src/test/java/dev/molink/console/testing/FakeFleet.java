package dev.molink.console.testing;

import dev.molink.controlplane.fleet.FleetSnapshot;
import dev.molink.controlplane.fleet.FleetView;

/** A fleet that is what a test says. */
public final class FakeFleet implements FleetView {

    private volatile FleetSnapshot snapshot = SampleFleets.EMPTY;

    public void set(FleetSnapshot fleet) {
        snapshot = fleet;
    }

    @Override
    public FleetSnapshot snapshot() {
        return snapshot;
    }
}
