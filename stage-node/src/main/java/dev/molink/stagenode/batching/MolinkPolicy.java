package dev.molink.stagenode.batching;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The micro-batch rule of MoLink (arXiv 2507.05043), as published, for comparison. With R sequences waiting or running:
 * R ≤ 1 → 1, R ≤ 2 → 2, else the first B in 3 … 10 with {@code (B − 2)·Tc(s) ≥ 2·Tt(s)}, else 10, where {@code s = ⌊R/B⌋}
 * sequences are in a micro-batch, {@code Tc(s)} is the measured decode step (of the slowest stage) + 5 ms, and
 * {@code Tt(s)} is {@code 16·hidden·s} bits at 1 Gbit/s + 5 ms. Prompts are prefilled whole.
 */
final class MolinkPolicy implements BatchingPolicy {

    private static final int LEAST_SEARCHED = 3;
    private static final int MOST = 10;
    private static final long OVERHEAD_NANOS = 5_000_000;
    private static final int BITS_PER_ELEMENT = 16;
    private static final double PAPER_BITS_PER_NANO = 1;
    private static final double BITS_PER_NANO = 8 / 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final boolean measuredRate;
    private @Nullable Decision decision;

    MolinkPolicy(boolean measuredRate) {
        this.measuredRate = measuredRate;
    }

    @Override
    public Decision decide(long nowNanos, Measurements measurements, Load load) {
        int groups = groups(measurements, load.sequences());
        Decision current = decision;
        if (current == null || current.decodeGroups() != groups) {
            current = new Decision(
                    groups,
                    PrefillSteps.ofWholePrompts(measurements),
                    Decision.WHOLE_PROMPT,
                    reason(groups, measurements, load));
            decision = current;
        }
        return current;
    }

    private int groups(Measurements measurements, int sequences) {
        if (sequences < LEAST_SEARCHED) {
            return Math.max(1, sequences);
        }
        for (int groups = LEAST_SEARCHED; groups <= MOST; groups++) {
            double transfer = transferNanos(measurements, sequences / groups);
            if ((groups - 2) * computeNanos(measurements) >= 2 * transfer) {
                return groups;
            }
        }
        return MOST;
    }

    private static double computeNanos(Measurements measurements) {
        return measurements.slowestDecodeNanos() + OVERHEAD_NANOS;
    }

    private double transferNanos(Measurements measurements, int sequences) {
        double bits = (double) BITS_PER_ELEMENT * measurements.hiddenSize() * sequences;
        return bits / bitsPerNano(measurements) + OVERHEAD_NANOS;
    }

    private double bitsPerNano(Measurements measurements) {
        long rate = measuredRate ? measurements.slowestBytesPerSecond() : 0;
        return rate == 0 ? PAPER_BITS_PER_NANO : rate * BITS_PER_NANO;
    }

    private String reason(int groups, Measurements measurements, Load load) {
        int share = load.sequences() / groups;
        return String.format(
                Locale.ROOT,
                "%d micro-batches of %d by MoLink's rule: %d sequences, Tc %.1f ms, Tt %.1f ms at %.0f Mbit/s; whole prompts",
                groups,
                share,
                load.sequences(),
                computeNanos(measurements) / NANOS_PER_MILLI,
                transferNanos(measurements, share) / NANOS_PER_MILLI,
                bitsPerNano(measurements) * 1000);
    }
}
