package dev.molink.stagenode.scheduling;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/** Decoding sequences that are in no step: interactive before batch, within a class the least recently decoded first. */
final class ReadyLine {

    private final SequencedSet<Sequence> interactive = new LinkedHashSet<>();
    private final SequencedSet<Sequence> batch = new LinkedHashSet<>();

    private SequencedSet<Sequence> of(Sequence sequence) {
        return sequence.priority() == Priority.INTERACTIVE ? interactive : batch;
    }

    boolean isEmpty() {
        return interactive.isEmpty() && batch.isEmpty();
    }

    int size() {
        return interactive.size() + batch.size();
    }

    void add(Sequence sequence) {
        of(sequence).add(sequence);
    }

    /** Puts a sequence back to where it was when it was taken. */
    void putBack(Sequence sequence) {
        of(sequence).addFirst(sequence);
    }

    boolean remove(Sequence sequence) {
        return of(sequence).remove(sequence);
    }

    /** Takes the first; null if there is none. */
    @Nullable
    Sequence poll() {
        if (!interactive.isEmpty()) {
            return interactive.removeFirst();
        }
        return batch.isEmpty() ? null : batch.removeFirst();
    }
}
