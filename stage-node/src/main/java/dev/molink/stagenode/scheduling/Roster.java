package dev.molink.stagenode.scheduling;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Which sequences wait, run, have positions left to compute before they decode, and are ready to decode; and who of them
 * goes first. A batch sequence that has waited for {@code patienceNanos}, be it for admission or for its next step, is
 * interactive from then on.
 */
final class Roster {

    private final VirtualTime time;
    private final long patienceNanos;
    private final ServiceOrder waiting = new ServiceOrder();
    private final ServiceOrder running = new ServiceOrder();
    private final ServiceOrder prefilling = new ServiceOrder();
    private final ReadyLine ready = new ReadyLine();

    /** Batch sequences that wait for admission or a step, the longest first. */
    private final SequencedSet<Sequence> impatient = new LinkedHashSet<>();

    private int parked;
    private int decoding;

    Roster(VirtualTime time, long patienceNanos) {
        this.time = time;
        this.patienceNanos = patienceNanos;
    }

    /** Sequences that wait for admission, parked ones included. */
    int waitingSequences() {
        return waiting.size() + parked;
    }

    int runningSequences() {
        return running.size();
    }

    /** Running sequences that compute a row a step. */
    int decodingSequences() {
        return decoding;
    }

    ReadyLine ready() {
        return ready;
    }

    /** The next of a class to admit; null if there is none. */
    @Nullable
    Sequence firstWaiting(Priority priority) {
        return waiting.first(priority);
    }

    /** The first of a class with positions left to plan before it decodes; null if there is none. */
    @Nullable
    Sequence firstPrefilling(Priority priority) {
        return prefilling.first(priority);
    }

    /** The next behind {@code sequence}, which may have left meanwhile; null if there is none. */
    @Nullable
    Sequence nextPrefilling(Sequence sequence) {
        return prefilling.after(sequence);
    }

    /** The running sequence that has to yield first; there is one. */
    Sequence lastRunning() {
        return running.last();
    }

    void park(Sequence sequence) {
        sequence.parked();
        sequence.prompt().park(sequence);
        parked++;
    }

    /** Lets a sequence that was parked wait like any other; null does nothing. */
    void unpark(@Nullable Sequence sequence) {
        if (sequence != null) {
            parked--;
            sequence.waits();
            await(sequence);
        }
    }

    /** It waits for admission, for the first time or again. */
    void await(Sequence sequence) {
        waiting.add(sequence);
        beginsToWait(sequence);
    }

    /** It was given blocks. */
    void runs(Sequence sequence) {
        waiting.remove(sequence);
        impatient.remove(sequence);
        running.add(sequence);
        prefilling.add(sequence);
    }

    /** Some of its positions were planned, in a step that is no decode step. */
    void planned(Sequence sequence) {
        impatient.remove(sequence);
        if (sequence.hasPromptLeft()) {
            beginsToWait(sequence);
        } else {
            prefilling.remove(sequence);
        }
    }

    /** It sampled its first token of this run. */
    void beginsToDecode() {
        decoding++;
    }

    void ready(Sequence sequence) {
        ready.add(sequence);
        beginsToWait(sequence);
    }

    /** It was taken from the ready ones and is part of a step. */
    void decodes(Sequence sequence) {
        impatient.remove(sequence);
    }

    /** It no longer runs, waits or is parked. */
    void leaves(Sequence sequence) {
        impatient.remove(sequence);
        switch (sequence.state()) {
            case PARKED -> {
                sequence.prompt().unpark(sequence);
                parked--;
            }
            case WAITING, PREEMPTED -> waiting.remove(sequence);
            case RUNNING -> stops(sequence);
            case FINISHED -> throw new IllegalStateException("sequence %d left before".formatted(sequence.id()));
        }
    }

    private void stops(Sequence sequence) {
        running.remove(sequence);
        prefilling.remove(sequence);
        ready.remove(sequence);
        decoding -= sequence.decoding() ? 1 : 0;
    }

    private void beginsToWait(Sequence sequence) {
        if (sequence.priority() == Priority.BATCH) {
            sequence.waitingSince(time.nanos());
            impatient.add(sequence);
        }
    }

    /** Makes those interactive that have waited too long. */
    void promoteImpatient() {
        while (!impatient.isEmpty() && time.nanos() - impatient.getFirst().waitingSinceNanos() >= patienceNanos) {
            promote(impatient.removeFirst());
        }
    }

    private void promote(Sequence sequence) {
        boolean waits = waiting.remove(sequence);
        boolean runs = running.remove(sequence);
        boolean prefills = prefilling.remove(sequence);
        boolean isReady = ready.remove(sequence);
        sequence.promoted();
        if (waits) {
            waiting.add(sequence);
        }
        if (runs) {
            running.add(sequence);
        }
        if (prefills) {
            prefilling.add(sequence);
        }
        if (isReady) {
            ready.add(sequence);
        }
    }
}
