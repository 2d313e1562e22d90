package dev.molink.stagenode.batching;

import java.util.Arrays;

/**
 * A choice that does not follow noise: it looks at the median of the last five readings, and moves to it only when it is
 * off by more than a margin. So one or two outliers change nothing, a real change counts from its third reading on, and
 * around a border between two choices there is a dead band that readings have to cross.
 */
final class Steadied {

    private static final int READINGS = 5;

    private final double[] readings = new double[READINGS];
    private int next;
    private int filled;

    /** The choice after this reading: {@code current}, unless the median is more than {@code margin} away from it. */
    double choose(double current, double reading, double margin) {
        readings[next] = reading;
        next = (next + 1) % READINGS;
        filled = Math.min(READINGS, filled + 1);
        double median = median();
        return Math.abs(median - current) > margin ? median : current;
    }

    private double median() {
        double[] sorted = Arrays.copyOf(readings, filled);
        Arrays.sort(sorted);
        return sorted[filled / 2];
    }
}
