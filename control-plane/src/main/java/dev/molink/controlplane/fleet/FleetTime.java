package dev.molink.controlplane.fleet;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two clocks of a registry: one for people, and one that never jumps, by which heartbeats are missed.
 *
 * @param monotonicNanos only differences mean something
 */
public record FleetTime(InstantSource clock, LongSupplier monotonicNanos) {

    public static FleetTime system() {
        return new FleetTime(InstantSource.system(), System::nanoTime);
    }

    Instant instant() {
        return clock.instant();
    }

    long nanos() {
        return monotonicNanos.getAsLong();
    }
}
