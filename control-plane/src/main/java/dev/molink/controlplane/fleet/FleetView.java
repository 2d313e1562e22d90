package dev.molink.controlplane.fleet;

/** The fleet as it is now, wherever one looks from. Safe for any number of threads. */
public interface FleetView {

    FleetSnapshot snapshot();
}
