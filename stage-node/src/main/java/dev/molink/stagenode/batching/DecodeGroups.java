package dev.molink.stagenode.batching;

import java.util.Locale;

/**
 * Decode steps in flight: {@code D = clamp(round(cycle / busiest), 1, 16)}. So many steps that the busiest stage or link
 * gets its next one when it has done with the last; more would only make them smaller.
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
