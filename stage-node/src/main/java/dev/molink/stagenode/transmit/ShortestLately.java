package dev.molink.stagenode.transmit;

/** The shortest of the times of the last 10 to 20 seconds: queues and a busy peer only add to a delay. */
final class ShortestLately {

    static final long WINDOW_NANOS = 10_000_000_000L;

    private long current;
    private long before;
    private boolean hasCurrent;
    private boolean hasBefore;
    private long windowBeganNanos;

    void add(long nanos, long nowNanos) {
        if (hasCurrent && nowNanos - windowBeganNanos >= WINDOW_NANOS) {
            // After a long pause, what was there before it counts once more, for there is nothing newer.
            before = current;
            hasBefore = true;
            hasCurrent = false;
        }
        if (!hasCurrent) {
            windowBeganNanos = nowNanos;
        }
        current = hasCurrent ? Math.min(current, nanos) : nanos;
        hasCurrent = true;
    }

    boolean isKnown() {
        return hasCurrent;
    }

    long nanos() {
        return hasBefore ? Math.min(before, current) : current;
    }
}
