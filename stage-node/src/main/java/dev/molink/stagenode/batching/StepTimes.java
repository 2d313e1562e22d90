package dev.molink.stagenode.batching;

/**
 * Duration of a decode or verify step by its rows: {@code fixed + rows · perRow}, fitted by least squares over the last
 * steps. A step that took very long (it met a prefill piece, a pause) counts as four times the expected.
 */
public final class StepTimes {

    private static final double MOST_SURPRISE = 4;
    private static final int TRUSTED_STEPS = 16;
    private static final double LEAST_SPREAD = 1e-6;

    private final double decay;
    private double weight;
    private double sumRows;
    private double sumNanos;
    private double sumRowsSquared;
    private double sumRowsNanos;
    private int steps;

    /** @param memory steps that count, roughly */
    public StepTimes(int memory) {
        this.decay = 1 - 1.0 / memory;
    }

    public void add(int rows, long nanos) {
        double duration = steps >= TRUSTED_STEPS ? Math.min((double) nanos, MOST_SURPRISE * nanos(rows)) : nanos;
        weight = weight * decay + 1;
        sumRows = sumRows * decay + rows;
        sumNanos = sumNanos * decay + duration;
        sumRowsSquared = sumRowsSquared * decay + (double) rows * rows;
        sumRowsNanos = sumRowsNanos * decay + rows * duration;
        steps++;
    }

    public boolean measured() {
        return steps > 0;
    }

    /** Whether steps of different sizes were seen, without which nothing is known of a row's share. */
    public boolean hasSpread() {
        return spread() > LEAST_SPREAD * sumRows * sumRows;
    }

    private double spread() {
        return weight * sumRowsSquared - sumRows * sumRows;
    }

    /** Nanoseconds that one more row adds; 0 while all steps had as many. Between nothing and all of a step. */
    public double perRow() {
        if (!hasSpread()) {
            return 0;
        }
        double slope = (weight * sumRowsNanos - sumRows * sumNanos) / spread();
        return Math.clamp(slope, 0, sumNanos / sumRows);
    }

    /** Expected duration of a step; something is measured. */
    public double nanos(int rows) {
        double perRow = perRow();
        return sumNanos / weight + (rows - sumRows / weight) * perRow;
    }
}
