package dev.molink.stagenode.pipeline;

import dev.molink.stagenode.plan.StepPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What the stages of a pipeline did, in one order for all of them. */
final class StepTrace {

    private static final long PATIENCE_SECONDS = 20;

    // Guarded by this.
    private final List<Event> events = new ArrayList<>();

    /** The beginning or the end of a step at a stage. */
    record Event(int stage, StepPlan plan, boolean began) {}

    synchronized void add(int stage, StepPlan plan, boolean began) {
        events.add(new Event(stage, plan, began));
        notifyAll();
    }

    /** Returns when there is such an event; false when none comes in time. */
    synchronized boolean await(Predicate<Event> wanted) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (events.stream().noneMatch(wanted)) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMillis <= 0) {
                return false;
            }
            try {
                wait(leftMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }
}
