package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.scheduling.RequestSpec.TimeLimits;
import dev.molink.stagenode.scheduling.SequenceUpdate.Cause;
import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which sequence runs out of time next, and why. Each has at most two entries here, none once it is over. */
final class Deadlines {

    record Deadline(long atNanos, Sequence sequence, Cause cause) {}

    private final TreeSet<Deadline> deadlines = new TreeSet<>(Comparator.comparingLong(Deadline::atNanos)
            .thenComparingLong(deadline -> deadline.sequence().id())
            .thenComparing(Deadline::cause));

    void watch(Sequence sequence) {
        TimeLimits limits = sequence.limits();
        if (limits.admissionNanos() != Long.MAX_VALUE) {
            deadlines.add(new Deadline(limits.admissionNanos(), sequence, Cause.QUEUE_TIMEOUT));
        }
        if (limits.endNanos() != Long.MAX_VALUE) {
            deadlines.add(new Deadline(limits.endNanos(), sequence, Cause.DEADLINE));
        }
    }

    /** The sequence was admitted for the first time. */
    void admitted(Sequence sequence) {
        deadlines.remove(new Deadline(sequence.limits().admissionNanos(), sequence, Cause.QUEUE_TIMEOUT));
    }

    void over(Sequence sequence) {
        admitted(sequence);
        deadlines.remove(new Deadline(sequence.limits().endNanos(), sequence, Cause.DEADLINE));
    }

    /** The earliest deadline that is not after {@code nowNanos}; null if there is none. */
    @Nullable
    Deadline firstDue(long nowNanos) {
        if (deadlines.isEmpty() || deadlines.first().atNanos() > nowNanos) {
            return null;
        }
        return deadlines.first();
    }
}
