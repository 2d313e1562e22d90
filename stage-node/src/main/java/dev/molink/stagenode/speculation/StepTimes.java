package dev.molink.stagenode.speculation;

/**
 * Duration of a decode or verify step by its rows: {@code fixed + rows · perRow}, fitted by least squares over the last
 * hundred steps or so. A step that took very long (it met a prefill piece, a pause) counts as four times the expected.
 */
final class StepTimes {

    private static final double DECAY = 0.99;
    private static final double MOST_SURPRISE = 4;
    private static final int TRUSTED_STEPS = 16;

    private double weight;
    private double sumRows;
    private double sumNanos;
    private double sumRowsSquared;
    private double sumRowsNanos;
    private int steps;

    void add(int rows, long nanos) {
        double duration = steps >= TRUSTED_STEPS ? Math.min((double) nanos, MOST_SURPRISE * nanos(rows)) : nanos;
        weight = weight * DECAY + 1;
        sumRows = sumRows * DECAY + rows;
        sumNanos = sumNanos * DECAY + duration;
        sumRowsSquared = sumRowsSquared * DECAY + (double) rows * rows;
        sumRowsNanos = sumRowsNanos * DECAY + rows * duration;
        steps++;
    }

    boolean measured() {
        return steps > 0;
    }

    /** Nanoseconds that one more row adds; 0 while all steps had as many. Between nothing and all of a step. */
    double perRow() {
        double spread = weight * sumRowsSquared - sumRows * sumRows;
        if (spread <= 1e-6 * sumRows * sumRows) {
            return 0;
        }
        double slope = (weight * sumRowsNanos - sumRows * sumNanos) / spread;
        return Math.clamp(slope, 0, sumNanos / sumRows);
    }

    /** Expected duration of a step; something is measured. */
    double nanos(int rows) {
        double perRow = perRow();
        return sumNanos / weight + (rows - sumRows / weight) * perRow;
    }
}
