package dev.molink.stagenode.engine.machine;

/**
 * Keeps prefill at its floor: computing time that prefill pieces are owed, in nanoseconds. A decode step of d ns that
 * goes before a waiting piece adds {@code d · floor ÷ (1 − floor)}, a piece that goes before a waiting decode step takes
 * its own time off. While it is positive, pieces go first; so over any time in which a piece waits they get the floor, to
 * within one decode step.
 *
 * <p>What pieces had too much is paid back by decode steps whether a piece waits or not, or pieces that come one by one
 * would find themselves unserved each time. What they compute while no decode step waits costs nobody anything and is
 * free.
 */
final class PrefillShare {

    private final double owedPerDecode;
    private double owedNanos;

    PrefillShare(double floor) {
        this.owedPerDecode = floor / (1 - floor);
    }

    boolean isOwed() {
        return owedNanos > 0;
    }

    void decodeRan(long nanos, boolean prefillWaited) {
        double owed = owedNanos + nanos * owedPerDecode;
        owedNanos = prefillWaited ? owed : Math.min(owed, Math.max(0, owedNanos));
    }

    void prefillRan(long nanos, boolean decodeWaited) {
        if (decodeWaited) {
            owedNanos -= nanos;
        }
    }
}
