package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.StepKind;
import java.util.ArrayList;
import java.util.List;

/** Takes a share of the decoding sequences that are in no step, least recently decoded first. */
final class DecodePlanner {

    private final SchedulerSettings settings;
    private final Roster roster;
    private final KvMemory memory;
    private final Preemption preemption;
    private final Speculation speculation;

    /** Sequences that were looked at and wait; only within a call. */
    private final List<Sequence> passedOver = new ArrayList<>();

    DecodePlanner(
            SchedulerSettings settings,
            Roster roster,
            KvMemory memory,
            Preemption preemption,
            Speculation speculation) {
        this.settings = settings;
        this.roster = roster;
        this.memory = memory;
        this.preemption = preemption;
        this.speculation = speculation;
    }

    PlanDraft draft(int decodeGroups) {
        PlanDraft draft = new PlanDraft(StepKind.DECODE, settings.maxLogitRows());
        preemption.reconsider();
        int share = Math.min(settings.decodeBatch(), Math.ceilDiv(roster.decodingSequences(), decodeGroups));
        speculation.beginStep(Math.min(share, roster.ready().size()));
        while (draft.sequences().size() < share && draft.logitRowsLeft() > 0) {
            Sequence sequence = roster.ready().poll();
            if (sequence == null) {
                break;
            }
            addRows(sequence, draft);
        }
        for (Sequence sequence : passedOver.reversed()) {
            roster.ready().putBack(sequence);
        }
        passedOver.clear();
        return draft;
    }

    private void addRows(Sequence sequence, PlanDraft draft) {
        if (sequence.yielding()) {
            passedOver.add(sequence);
            return;
        }
        memory.trim(sequence);
        int next = sequence.plannedTokens() + 1;
        if (!preemption.makeRoom(sequence, next)) {
            if (sequence.decoding()) {
                passedOver.add(sequence);
            }
            return;
        }
        int[] drafts = speculation.propose(sequence, mostDrafts(sequence, draft));
        memory.grow(sequence, next + drafts.length, draft);
        roster.decodes(sequence);
        if (drafts.length == 0) {
            draft.rows(sequence, 1, 1);
        } else {
            draft.verify(sequence, drafts);
        }
    }

    /** So many that it cannot pass its length with them, nor take a block that another would be preempted for. */
    private int mostDrafts(Sequence sequence, PlanDraft draft) {
        int room = memory.spareRoomFor(sequence, roster.runningSequences());
        int most = Math.min(sequence.maxTokens() - sequence.tokens() - 1, room - sequence.tokens());
        return Math.max(0, Math.min(most, draft.logitRowsLeft() - 1));
    }
}
