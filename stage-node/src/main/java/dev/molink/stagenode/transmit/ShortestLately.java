package dev.molink.stagenode.transmit;

import org.jspecify.annotations.Nullable;

/** The shortest of the times of the last 10 to 20 seconds: queues and a busy peer only add to a delay. */
final class ShortestLately {

    static final long WINDOW_NANOS = 10_000_000_000L;

    private @Nullable Time current;
    private @Nullable Time before;
    private long windowBeganNanos;

    private record Time(long nanos, int bytes) {}

    /** @param bytes of the frame that took this time */
    void add(long nanos, int bytes, long nowNanos) {
        if (current == null || nowNanos - windowBeganNanos >= WINDOW_NANOS) {
            // After a long pause, what was there before it counts once more, for there is nothing newer.
            before = current;
            current = new Time(nanos, bytes);
            windowBeganNanos = nowNanos;
        } else if (nanos < current.nanos()) {
            current = new Time(nanos, bytes);
        }
    }

    /** 0: none is known. */
    long nanos() {
        Time shortest = shortest();
        return shortest == null ? 0 : shortest.nanos();
    }

    /** Of the frame that took {@link #nanos}. */
    int bytes() {
        Time shortest = shortest();
        return shortest == null ? 0 : shortest.bytes();
    }

    private @Nullable Time shortest() {
        boolean isCurrent = before == null || (current != null && current.nanos() <= before.nanos());
        return isCurrent ? current : before;
    }
}
