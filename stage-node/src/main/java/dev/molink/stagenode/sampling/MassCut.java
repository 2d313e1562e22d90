package dev.molink.stagenode.sampling;

import java.util.Arrays;

/**
 * Finds how far a share of the mass reaches when items come by rising rank, among equals the lower index first. It
 * spreads the items over buckets of rank, finds the bucket in which the mass is reached, and looks closer at that one's
 * items until they are of one rank: a few passes over all items at most, where sorting would take a logarithm of them.
 */
final class MassCut {

    private static final int BUCKETS = 2048;

    private final long[] masses = new long[BUCKETS];
    private final int[] members;
    private double rank;
    private int equals;

    MassCut(int capacity) {
        members = new int[capacity];
    }

    /** The rank of the last item that is needed; all of lower rank are needed as well. */
    double rank() {
        return rank;
    }

    /** How many items of exactly {@link #rank} are needed, at least 1. */
    int equals() {
        return equals;
    }

    /**
     * Looks at items {@code 0 … count − 1}, of which there is at least one; {@code target} is at most the sum of their
     * masses. An item is needed while those ahead of it have less than {@code target}; the first always is.
     */
    void find(double[] ranks, long[] weights, int count, double target) {
        for (int i = 0; i < count; i++) {
            members[i] = i;
        }
        long ahead = 0;
        while (true) {
            double lowest = Double.POSITIVE_INFINITY;
            double highest = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < count; i++) {
                lowest = Math.min(lowest, ranks[members[i]]);
                highest = Math.max(highest, ranks[members[i]]);
            }
            if (lowest == highest) {
                rank = lowest;
                countEquals(weights, count, ahead, target);
                return;
            }
            double scale = Math.min((BUCKETS - 1) / (highest - lowest), Double.MAX_VALUE);
            fill(ranks, weights, count, lowest, scale);
            int bucket = 0;
            while (bucket < BUCKETS - 1 && ahead + masses[bucket] < target) {
                ahead += masses[bucket++];
            }
            count = keep(ranks, count, lowest, scale, bucket);
        }
    }

    private void fill(double[] ranks, long[] weights, int count, double lowest, double scale) {
        Arrays.fill(masses, 0);
        for (int i = 0; i < count; i++) {
            masses[(int) ((ranks[members[i]] - lowest) * scale)] += weights[members[i]];
        }
    }

    private int keep(double[] ranks, int count, double lowest, double scale, int bucket) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if ((int) ((ranks[members[i]] - lowest) * scale) == bucket) {
                members[kept++] = members[i];
            }
        }
        return kept;
    }

    private void countEquals(long[] weights, int count, long ahead, double target) {
        equals = 0;
        do {
            ahead += weights[members[equals++]];
        } while (equals < count && ahead < target);
    }
}
