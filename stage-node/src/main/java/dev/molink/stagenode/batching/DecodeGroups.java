package dev.molink.stagenode.batching;

import java.util.Locale;

/**
 * Decode steps in flight, D of them with a D-th of the running sequences each.
 *
 * <p>Where every stage knows what a row adds to a step, a round, in which every sequence gets a token, takes
 * {@code max(cycle, D · busiest)} of steps of {@code ⌈running / D⌉} rows. D is the smallest of 1 … 16 whose round is within
 * a twentieth of the shortest: smaller steps pay only where they are shorter, too. Until then a step is taken to last as
 * long as it was measured, and {@code D = clamp(round(cycle / busiest), 1, 16)}: so many steps that the busiest stage or
 * link gets its next one when it has done with the last.
 *
 * <p>The cycle of a step is computing on all stages, the wire time and delay of all links, and the way of the tokens to
 * the head; the busiest is the longest time that one stage computes or one link sends for a step. The wire time is part
 * of the cycle because with slow links, where it is the busiest, the steps that are being computed meanwhile would be
 * missing.
 */
final class DecodeGroups {

    private static final double ROUNDING = 0.5;
    private static final double LEAST_MARGIN = 0.25;
    private static final double MARGIN_SHARE = 1.0 / 8;
    private static final double WORTH_SPLITTING = 1.05;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Steadied ratio = new Steadied();
    private int groups;
    private boolean measured;

    /** Reads the measurements; says why. */
    String update(Measurements measurements, Load load) {
        if (groups == 0) {
            groups = Math.min(BatchingOption.MAX_GROUPS, measurements.stages().size());
        }
        if (!measurements.decodeMeasured()) {
            return "%d decode groups, as many as stages while nothing is measured".formatted(groups);
        }
        if (measurements.decodeCostMeasured()) {
            return updateByRounds(measurements, load.running());
        }
        int rows = Math.ceilDiv(Math.max(1, load.running()), groups);
        double cycleNanos =
                measurements.allDecodeNanos() + measurements.allDelaysNanos() + rows * measurements.allRowNanos();
        double stageNanos = measurements.slowestDecodeNanos();
        double linkNanos = rows * measurements.slowestRowNanos();
        double busiestNanos = Math.max(stageNanos, linkNanos);
        choose(cycleNanos / busiestNanos);
        return String.format(
                Locale.ROOT,
                "%d decode groups: a step of %d rows takes %.1f ms round the pipeline and %.1f ms on the busiest %s",
                groups,
                rows,
                cycleNanos / NANOS_PER_MILLI,
                busiestNanos / NANOS_PER_MILLI,
                linkNanos > stageNanos ? "link" : "stage");
    }

    /** With one sequence there is nothing to split and nothing to learn. */
    private String updateByRounds(Measurements measurements, int running) {
        if (running > 1) {
            choose(shortestRound(measurements, running));
        }
        int most = Math.max(1, running);
        return String.format(
                Locale.ROOT,
                "%d decode groups: a token of each of %d sequences takes %.1f ms in one group, %.1f ms in %d",
                groups,
                most,
                roundNanos(measurements, most, 1) / NANOS_PER_MILLI,
                roundNanos(measurements, most, Math.max(2, groups)) / NANOS_PER_MILLI,
                Math.max(2, groups));
    }

    private static int shortestRound(Measurements measurements, int running) {
        double shortest = Double.POSITIVE_INFINITY;
        for (int each = 1; each <= BatchingOption.MAX_GROUPS; each++) {
            shortest = Math.min(shortest, roundNanos(measurements, running, each));
        }
        int chosen = 1;
        while (roundNanos(measurements, running, chosen) > WORTH_SPLITTING * shortest) {
            chosen++;
        }
        return chosen;
    }

    private static double roundNanos(Measurements measurements, int running, int groups) {
        int rows = Math.ceilDiv(running, groups);
        double cycle =
                measurements.allDecodeNanos(rows) + measurements.allDelaysNanos() + rows * measurements.allRowNanos();
        double busiest = Math.max(measurements.slowestDecodeNanos(rows), rows * measurements.slowestRowNanos());
        return Math.max(cycle, Math.min(groups, running) * busiest);
    }

    private void choose(double reading) {
        double margin = measured ? ROUNDING + Math.max(LEAST_MARGIN, groups * MARGIN_SHARE) : 0;
        double choice = ratio.choose(groups, reading, margin);
        groups = Math.clamp(Math.round(choice), 1, BatchingOption.MAX_GROUPS);
        measured = true;
    }

    int groups() {
        return groups;
    }
}
