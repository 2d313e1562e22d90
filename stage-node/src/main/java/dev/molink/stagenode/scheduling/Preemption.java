package dev.molink.stagenode.scheduling;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds KV blocks for a running sequence that cannot go on without. Batch sequences yield before interactive ones, newer
 * before older ones; so the oldest interactive one always goes on. A sequence that has to yield while steps of it are in
 * flight gets no further ones until the sequence in need was looked at again.
 */
final class Preemption {

    private final Roster roster;
    private final KvMemory memory;
    private final Departures departures;
    private final List<Sequence> yielding = new ArrayList<>();

    Preemption(Roster roster, KvMemory memory, Departures departures) {
        this.roster = roster;
        this.memory = memory;
        this.departures = departures;
    }

    /** Sequences in need are about to be looked at again. */
    void reconsider() {
        yielding.forEach(sequence -> sequence.yields(false));
        yielding.clear();
    }

    /** Whether the sequence can grow to {@code positions} positions; if not, it waits for a step, or was preempted. */
    boolean makeRoom(Sequence sequence, int positions) {
        while (memory.roomFor(sequence) < positions) {
            if (sequence.inFlight() || departures.blocksComeFree()) {
                return false;
            }
            Sequence last = roster.lastRunning();
            if (last.inFlight()) {
                last.yields(true);
                yielding.add(last);
                return false;
            }
            departures.preempt(last);
            if (last == sequence) {
                return false;
            }
        }
        return true;
    }
}
