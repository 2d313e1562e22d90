package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.VerifiedRows;
import dev.molink.stagenode.scheduling.SequenceUpdate.Broken;
import dev.molink.stagenode.scheduling.SequenceUpdate.Cause;
import dev.molink.stagenode.scheduling.SequenceUpdate.Released;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How sequences leave: for good, or to come back after a preemption. Blocks are given back when the last step of the
 * sequence has come back, for then every stage has done with them; the next plan tells the stages.
 */
final class Departures {

    private final Roster roster;
    private final KvMemory memory;
    private final Deadlines deadlines;
    private final List<SequenceUpdate> updates;
    private final Map<Long, Sequence> live = new HashMap<>();
    private List<SequenceEnd> untoldEnds = new ArrayList<>();
    private List<VerifiedRows> untoldVerified = new ArrayList<>();
    private int overButInFlight;
    private long preemptions;

    /** @param updates where to say that a sequence is over or released */
    Departures(Roster roster, KvMemory memory, Deadlines deadlines, List<SequenceUpdate> updates) {
        this.roster = roster;
        this.memory = memory;
        this.deadlines = deadlines;
        this.updates = updates;
    }

    void arrived(Sequence sequence) {
        live.put(sequence.id(), sequence);
        deadlines.watch(sequence);
    }

    /** A sequence that is not over; null if there is none of that id. */
    @Nullable
    Sequence find(long sequenceId) {
        return live.get(sequenceId);
    }

    /** Whether blocks come free without any preemption, as soon as steps in flight have come back. */
    boolean blocksComeFree() {
        return overButInFlight > 0;
    }

    long preemptions() {
        return preemptions;
    }

    void breakOff(Sequence sequence, Cause cause, String reason) {
        updates.add(new Broken(sequence.id(), cause, reason));
        retire(sequence);
    }

    /** The sequence is over. */
    void retire(Sequence sequence) {
        live.remove(sequence.id());
        deadlines.over(sequence);
        roster.leaves(sequence);
        sequence.finished();
        Prompt prompt = sequence.prompt();
        prompt.lostBlocksOf(sequence);
        if (prompt.isLedBy(sequence)) {
            roster.unpark(prompt.nextLeader());
        }
        if (sequence.inFlight()) {
            overButInFlight++;
        } else {
            release(sequence);
        }
    }

    /** The last step in flight of a sequence that is over came back. */
    void lastStepCameBack(Sequence sequence) {
        overButInFlight--;
        release(sequence);
    }

    private void release(Sequence sequence) {
        if (!sequence.isNew()) {
            giveBack(sequence);
        }
        updates.add(new Released(sequence.id(), sequence.prompt().cachedTokensOf(sequence), sequence.rows()));
    }

    private void giveBack(Sequence sequence) {
        if (sequence.holdsBlocks()) {
            memory.release(sequence);
        }
        untoldEnds.add(new SequenceEnd(sequence.id(), sequence.released(), sequence.isOver()));
    }

    /** Takes the blocks of a running sequence that is in no step; it waits to be computed again. */
    void preempt(Sequence sequence) {
        roster.leaves(sequence);
        sequence.prompt().lostBlocksOf(sequence);
        sequence.preempted();
        giveBack(sequence);
        roster.await(sequence);
        preemptions++;
    }

    void verified(Sequence sequence, int accepted, int rejected) {
        sequence.verified(accepted, rejected);
        untoldVerified.add(new VerifiedRows(sequence.id(), accepted, rejected));
    }

    boolean hasUntoldEnds() {
        return !untoldEnds.isEmpty();
    }

    List<SequenceEnd> takeEnds() {
        List<SequenceEnd> taken = untoldEnds;
        untoldEnds = taken.isEmpty() ? taken : new ArrayList<>();
        return taken;
    }

    List<VerifiedRows> takeVerified() {
        List<VerifiedRows> taken = untoldVerified;
        untoldVerified = taken.isEmpty() ? taken : new ArrayList<>();
        return taken;
    }
}
