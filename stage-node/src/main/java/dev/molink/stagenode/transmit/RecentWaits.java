package dev.molink.stagenode.transmit;

import java.util.Arrays;

/** The last waits of messages, for their quantiles. */
final class RecentWaits {

    static final int CAPACITY = 1024;

    private final long[] waits = new long[CAPACITY];
    private long count;

    void add(long nanos) {
        waits[(int) (count++ % CAPACITY)] = nanos;
    }

    /** The smallest wait that at least this share of them does not exceed; 0 without any. */
    long quantile(double share) {
        int size = (int) Math.min(count, CAPACITY);
        if (size == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(waits, size);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * size) - 1)];
    }
}
