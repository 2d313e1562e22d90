package dev.molink.bench.fleet;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** A clock that jumps from event to event; events of one time happen in the order in which they were added. */
final class VirtualClock {

    private static final Comparator<Event> IN_ORDER =
            Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order);

    private final PriorityQueue<Event> events = new PriorityQueue<>(IN_ORDER);
    private long nowNanos;
    private long added;

    VirtualClock(long nowNanos) {
        this.nowNanos = nowNanos;
    }

    private record Event(long atNanos, long order, Runnable action) {}

    long now() {
        return nowNanos;
    }

    /** Lets something happen at a time; one that has passed is now. */
    void at(long nanos, Runnable action) {
        events.add(new Event(Math.max(nanos, nowNanos), added++, action));
    }

    void after(long nanos, Runnable action) {
        at(nowNanos + nanos, action);
    }

    /**
     * Lets events happen until {@code over}.
     *
     * @throws IllegalStateException if no event is left before that
     */
    void runUntil(BooleanSupplier over) {
        while (!over.getAsBoolean()) {
            Event next = events.poll();
            if (next == null) {
                throw new IllegalStateException("nothing happens after %d ns".formatted(nowNanos));
            }
            nowNanos = next.atNanos();
            next.action().run();
        }
    }
}
