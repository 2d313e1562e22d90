package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.kvcache.Admission;
import dev.molink.stagenode.plan.StepKind;
import org.jspecify.annotations.Nullable;

/**
 * Fills a prefill step with pieces of prompts, oldest first: those of running sequences, then those of sequences that it
 * admits, and all that for interactive sequences before batch ones. While an interactive sequence waits for room, no
 * batch sequence is admitted.
 *
 * <p>Admission gives blocks only where one of each group stays free for each running sequence, so that it causes no
 * preemption by itself.
 */
final class PrefillPlanner {

    /** Rows of a piece whose logits are all needed, for log-probabilities of the prompt. */
    static final int SCORED_PIECE_TOKENS = 64;

    private final SchedulerSettings settings;
    private final Roster roster;
    private final KvMemory memory;
    private final Preemption preemption;
    private final Deadlines deadlines;

    /** Who found no room, and at which {@link KvMemory#timesFreed}. */
    private @Nullable Sequence turnedAway;

    private long turnedAwayAt;
    private long admissions;

    PrefillPlanner(
            SchedulerSettings settings, Roster roster, KvMemory memory, Preemption preemption, Deadlines deadlines) {
        this.settings = settings;
        this.roster = roster;
        this.memory = memory;
        this.preemption = preemption;
        this.deadlines = deadlines;
    }

    long admissions() {
        return admissions;
    }

    PlanDraft draft(int pieceTokens) {
        PlanDraft draft = new PlanDraft(StepKind.PREFILL, settings.maxLogitRows());
        int budget = Math.min(pieceTokens, settings.maxStepTokens());
        budget -= addRunning(Priority.INTERACTIVE, budget, draft);
        budget -= admitWaiting(Priority.INTERACTIVE, budget, draft);
        budget -= addRunning(Priority.BATCH, budget, draft);
        if (roster.firstWaiting(Priority.INTERACTIVE) == null) {
            admitWaiting(Priority.BATCH, budget, draft);
        }
        return draft;
    }

    private int addRunning(Priority priority, int budget, PlanDraft draft) {
        int left = budget;
        Sequence sequence = roster.firstPrefilling(priority);
        while (sequence != null && left > 0) {
            left -= addPiece(sequence, left, draft);
            sequence = roster.nextPrefilling(sequence);
        }
        return budget - left;
    }

    private int admitWaiting(Priority priority, int budget, PlanDraft draft) {
        int left = budget;
        while (left > 0 && draft.logitRowsLeft() > 0) {
            Sequence sequence = roster.firstWaiting(priority);
            if (sequence == null || !admit(sequence, draft)) {
                break;
            }
            left -= addPiece(sequence, left, draft);
        }
        return budget - left;
    }

    private int addPiece(Sequence sequence, int budget, PlanDraft draft) {
        int wanted = wanted(sequence, budget, draft.logitRowsLeft());
        if (wanted == 0 || sequence.yielding()) {
            return 0;
        }
        memory.trim(sequence);
        if (!preemption.makeRoom(sequence, sequence.plannedTokens() + 1)) {
            return 0;
        }
        int tokens = Math.min(wanted, memory.roomFor(sequence) - sequence.plannedTokens());
        memory.grow(sequence, sequence.plannedTokens() + tokens, draft);
        draft.rows(sequence, tokens, logitRows(sequence, tokens));
        roster.planned(sequence);
        return tokens;
    }

    private static int wanted(Sequence sequence, int budget, int logitRows) {
        int wanted = Math.min(budget, sequence.unplannedTokens());
        if (sequence.scoring()) {
            return Math.min(wanted, Math.min(SCORED_PIECE_TOKENS, logitRows));
        }
        return logitRows == 0 ? Math.min(wanted, sequence.unplannedTokens() - 1) : wanted;
    }

    private static int logitRows(Sequence sequence, int tokens) {
        if (sequence.scoring()) {
            return tokens;
        }
        return tokens == sequence.unplannedTokens() ? 1 : 0;
    }

    private boolean admit(Sequence sequence, PlanDraft draft) {
        if (roster.runningSequences() >= settings.maxRunning()
                || (turnedAway == sequence && turnedAwayAt == memory.timesFreed())) {
            return false;
        }
        Admission admission = findRoom(sequence);
        if (admission == null) {
            turnedAway = sequence;
            turnedAwayAt = memory.timesFreed();
            return false;
        }
        admitted(sequence, admission, draft);
        return true;
    }

    /** A sequence that has nothing but the prompt shares the blocks of one that has computed it. */
    private @Nullable Admission findRoom(Sequence sequence) {
        Prompt prompt = sequence.prompt();
        int spareBlocks = roster.runningSequences();
        Sequence holder = sequence.hasGenerated() ? null : prompt.holder();
        if (holder != null && memory.mayFork(holder, prompt.tokens() - 1)) {
            return memory.fork(holder, sequence, prompt.tokens() - 1, spareBlocks);
        }
        return memory.admit(sequence, reusableTokens(sequence), spareBlocks);
    }

    /**
     * The first admission of a request may reuse what it finds of the prompt, and reports it as cached. A later one
     * reuses no more than what the request has reported as cached or computed itself: every position of it is counted
     * exactly once as cached or as computed for the first time.
     */
    private static int reusableTokens(Sequence sequence) {
        if (sequence.prompt().needsScores()) {
            return 0;
        }
        return sequence.prompt().isNew() ? sequence.prompt().tokens() : sequence.knownTokens();
    }

    private void admitted(Sequence sequence, Admission admission, PlanDraft draft) {
        if (sequence.isNew()) {
            deadlines.admitted(sequence);
            admissions++;
        }
        sequence.admitted(admission.blocks(), admission.cachedTokens());
        sequence.prompt().admitted(sequence, admission.cachedTokens());
        roster.runs(sequence);
        draft.start(sequence, admission);
    }
}
