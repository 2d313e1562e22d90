package dev.molink.controlplane.fleet;

/** Is told what happened, after it happened and outside of any lock. */
@FunctionalInterface
public interface FleetListener {

    void happened(FleetEvent event);
}
