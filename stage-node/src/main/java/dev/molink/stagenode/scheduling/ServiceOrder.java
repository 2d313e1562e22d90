package dev.molink.stagenode.scheduling;

import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Sequences by class, and within a class by age: interactive before batch, lower ids before higher ones. */
final class ServiceOrder {

    private static final Comparator<Sequence> BY_AGE = Comparator.comparingLong(Sequence::id);

    private final NavigableSet<Sequence> interactive = new TreeSet<>(BY_AGE);
    private final NavigableSet<Sequence> batch = new TreeSet<>(BY_AGE);

    private NavigableSet<Sequence> of(Priority priority) {
        return priority == Priority.INTERACTIVE ? interactive : batch;
    }

    int size() {
        return interactive.size() + batch.size();
    }

    void add(Sequence sequence) {
        of(sequence.priority()).add(sequence);
    }

    /** False if it was not there. */
    boolean remove(Sequence sequence) {
        return of(sequence.priority()).remove(sequence);
    }

    /** The first of a class; null if there is none. */
    @Nullable
    Sequence first(Priority priority) {
        NavigableSet<Sequence> sequences = of(priority);
        return sequences.isEmpty() ? null : sequences.first();
    }

    /** The next of the same class, whether or not {@code sequence} itself is still there; null if there is none. */
    @Nullable
    Sequence after(Sequence sequence) {
        return of(sequence.priority()).higher(sequence);
    }

    /** The one that is served last of all; there is one. */
    Sequence last() {
        return batch.isEmpty() ? interactive.last() : batch.last();
    }
}
