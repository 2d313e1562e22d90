package dev.molink.stagenode.scheduling;

import dev.molink.kernels.KvCacheShape;
import dev.molink.stagenode.kvcache.BlockAllocator;
import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepOutcome.BadLogits;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.SequenceUpdate.Broken;
import dev.molink.stagenode.scheduling.SequenceUpdate.Cause;
import dev.molink.stagenode.scheduling.SequenceUpdate.Ending;
import dev.molink.stagenode.scheduling.SequenceUpdate.Generated;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Iteration-level continuous batching over one formation of a pipeline. Sequences, ends and outcomes go in, step plans
 * come out; whoever owns it asks {@link #nextPlan} after each event until there is none.
 *
 * <p>Rules:
 * <ul>
 *   <li>Admission is first come, first served: the oldest waiting sequence gets the blocks of all its ids at once, or
 *       nobody is admitted. One block stays free for each running sequence, so that admission does not cause preemption.
 *   <li>Up to {@code decodeGroups} decode steps are in flight. A step takes its share of the decoding sequences, least
 *       recently decoded first; a sequence is in at most one of them.
 *   <li>Prefill steps hold pieces of prompts within a token budget; pieces of one prompt follow each other without
 *       waiting for outcomes.
 *   <li>A decoding sequence without a free block preempts the newest running sequence, possibly itself. That one waits,
 *       by its age, and is computed again from its prompt and generated ids. While the newest is part of a step in
 *       flight, the sequence in need waits for it. So the oldest always goes on.
 *   <li>Blocks return to the allocator when the sequence is over and its last step has come back: then every stage has
 *       done with them. The next plan tells the stages; without one that is due, a plan without rows goes out.
 * </ul>
 */
public final class Scheduler {

    /** Every model so far keeps full attention in all layers: one KV group. */
    private static final int KV_GROUP = 0;

    private static final int MAX_STEPS_WITHOUT_ROWS = 2;

    private final long epoch;
    private final SchedulerSettings settings;
    private final int decodeGroups;
    private final int prefillSteps;
    private final BlockAllocator allocator;

    /** By id, hence by age: a preempted sequence is older than those that never ran. */
    private final NavigableMap<Long, Sequence> waiting = new TreeMap<>();

    private final NavigableMap<Long, Sequence> running = new TreeMap<>();

    /** Decoding sequences that are in no step, least recently decoded first. */
    private final Set<Sequence> ready = new LinkedHashSet<>();

    private final StepsInFlight inFlight = new StepsInFlight();
    private final List<SequenceEnd> ended = new ArrayList<>();
    private long nextStepId;

    /**
     * @param epoch formation that the plans belong to; step ids begin at 0
     * @param stages stages of the pipeline
     * @param kvGroups KV groups of the model
     */
    public Scheduler(SchedulerSettings settings, long epoch, int stages, List<KvGroup> kvGroups) {
        this.settings = settings;
        this.epoch = epoch;
        this.decodeGroups = Math.max(settings.decodeGroups(), stages);
        this.prefillSteps = Math.max(2, stages);
        this.allocator =
                new BlockAllocator(kvGroups.stream().map(KvGroup::blocks).toList());
    }

    /** The most ids, prompt included, that a sequence alone on the pipeline has KV blocks for. */
    public int longestSequence() {
        long positions = (long) allocator.blocks(KV_GROUP) * KvCacheShape.BLOCK_TOKENS;
        return (int) Math.min(Integer.MAX_VALUE, positions);
    }

    /** Sequences that may still be added before one is admitted. */
    public int waitingRoom() {
        return Math.max(0, settings.maxWaiting() - waiting.size());
    }

    /** Takes a sequence; its id is higher than that of each earlier one, and {@link #waitingRoom} is not 0. */
    public void add(SequenceSpec spec) {
        if (spec.maxTokens() > longestSequence() || waitingRoom() == 0) {
            throw new IllegalArgumentException("sequence %d of up to %d tokens: the pipeline holds %d, %d may wait"
                    .formatted(spec.sequenceId(), spec.maxTokens(), longestSequence(), waitingRoom()));
        }
        waiting.put(spec.sequenceId(), new Sequence(spec));
    }

    /** Ends a sequence from outside; what its steps in flight sample is dropped. Unknown ids are ignored. */
    public void end(long sequenceId) {
        Sequence sequence = find(sequenceId);
        if (sequence != null) {
            retire(sequence);
        }
    }

    private @Nullable Sequence find(long sequenceId) {
        Sequence sequence = running.get(sequenceId);
        return sequence != null ? sequence : waiting.get(sequenceId);
    }

    public int waitingSequences() {
        return waiting.size();
    }

    public int runningSequences() {
        return running.size();
    }

    public int kvBlocks() {
        return allocator.blocks(KV_GROUP);
    }

    public int usedBlocks() {
        return allocator.usedBlocks(KV_GROUP);
    }

    /** Takes the end of a step; outcomes of unknown steps change nothing. */
    public List<SequenceUpdate> complete(StepOutcome outcome) {
        StepsInFlight.Step step = outcome.epoch() == epoch ? inFlight.remove(outcome.stepId()) : null;
        if (step == null) {
            return List.of();
        }
        step.sequences().forEach(Sequence::stepCameBack);
        List<SequenceUpdate> updates = switch (outcome) {
            case Failed failed -> breakAll(step, failed.reason());
            case Sampled sampled -> advance(step, sampled);
        };
        step.sequences().forEach(this::releaseIfOver);
        return updates;
    }

    private List<SequenceUpdate> breakAll(StepsInFlight.Step step, String reason) {
        List<SequenceUpdate> updates = new ArrayList<>();
        for (Sequence sequence : step.sequences()) {
            if (sequence.state() != Sequence.State.FINISHED) {
                updates.add(breakOff(sequence, Cause.STEP_FAILED, reason));
            }
        }
        return updates;
    }

    private List<SequenceUpdate> advance(StepsInFlight.Step step, Sampled sampled) {
        Map<Long, SampledToken> tokens = new HashMap<>();
        sampled.tokens().forEach(token -> tokens.put(token.sequenceId(), token));
        Map<Long, String> bad = new HashMap<>();
        sampled.badLogits().forEach((BadLogits logits) -> bad.put(logits.sequenceId(), logits.reason()));
        List<SequenceUpdate> updates = new ArrayList<>();
        for (int i = 0; i < step.sequences().size(); i++) {
            Sequence sequence = step.sequences().get(i);
            SequenceRows rows = step.plan().rows().get(i);
            if (rows.sample() && sequence.state() != Sequence.State.FINISHED) {
                updates.add(advance(sequence, tokens.get(rows.sequenceId()), bad.get(rows.sequenceId())));
            }
        }
        return updates;
    }

    private SequenceUpdate advance(Sequence sequence, @Nullable SampledToken token, @Nullable String badLogits) {
        if (badLogits != null) {
            return breakOff(sequence, Cause.BAD_LOGITS, badLogits);
        }
        if (token == null || token.position() != sequence.tokens()) {
            return breakOff(
                    sequence,
                    Cause.STEP_FAILED,
                    "the last stage sent no token for position %d of sequence %d"
                            .formatted(sequence.tokens(), sequence.id()));
        }
        Ending ending = sequence.append(token.tokenId());
        if (ending == null) {
            ready.add(sequence);
        } else {
            retire(sequence);
        }
        return new Generated(sequence.id(), token.position(), token.tokenId(), ending);
    }

    private Broken breakOff(Sequence sequence, Cause cause, String reason) {
        retire(sequence);
        return new Broken(sequence.id(), cause, reason);
    }

    private void retire(Sequence sequence) {
        sequence.finished();
        waiting.remove(sequence.id());
        running.remove(sequence.id());
        ready.remove(sequence);
        releaseIfOver(sequence);
    }

    private void releaseIfOver(Sequence sequence) {
        if (sequence.state() == Sequence.State.FINISHED && !sequence.inFlight()) {
            release(sequence);
        }
    }

    private void release(Sequence sequence) {
        if (!sequence.blocks().isEmpty()) {
            allocator.free(KV_GROUP, sequence.blocks());
            sequence.blocks().clear();
            ended.add(new SequenceEnd(sequence.id(), 0, sequence.state() == Sequence.State.FINISHED));
        }
    }

    /** The next step to execute; empty while nothing is to be done or enough is in flight. */
    public Optional<StepPlan> nextPlan() {
        PlanDraft decode = draftDecode();
        if (!decode.isEmpty()) {
            return Optional.of(issue(decode));
        }
        PlanDraft prefill = draftPrefill();
        if (!prefill.isEmpty()) {
            return Optional.of(issue(prefill));
        }
        if (ended.isEmpty() || inFlight.withoutRows() >= MAX_STEPS_WITHOUT_ROWS) {
            return Optional.empty();
        }
        return Optional.of(issue(decode));
    }

    private StepPlan issue(PlanDraft draft) {
        StepPlan plan = draft.finish(epoch, nextStepId++, ended);
        ended.clear();
        inFlight.add(plan, draft.sequences());
        return plan;
    }

    private PlanDraft draftDecode() {
        PlanDraft draft = new PlanDraft(StepKind.DECODE);
        if (ready.isEmpty() || inFlight.computing(StepKind.DECODE) >= decodeGroups) {
            return draft;
        }
        int share = Math.min(settings.decodeBatch(), Math.ceilDiv(decodingSequences(), decodeGroups));
        for (Sequence sequence : List.copyOf(ready)) {
            if (draft.sequences().size() == share) {
                break;
            }
            if (sequence.state() == Sequence.State.RUNNING && growBlocks(sequence, draft)) {
                ready.remove(sequence);
                draft.rows(sequence, 1);
            }
        }
        return draft;
    }

    private int decodingSequences() {
        int count = 0;
        for (Sequence sequence : running.values()) {
            if (sequence.decoding()) {
                count++;
            }
        }
        return count;
    }

    /** Makes room for one more position; false if the sequence was preempted itself or has to wait. */
    private boolean growBlocks(Sequence sequence, PlanDraft draft) {
        int missing = BlockAllocator.blocksFor(sequence.plannedTokens() + 1)
                - sequence.blocks().size();
        while (missing > allocator.freeBlocks(KV_GROUP)) {
            Sequence newest = running.lastEntry().getValue();
            if (newest.inFlight()) {
                return false;
            }
            preempt(newest);
            if (newest == sequence) {
                return false;
            }
        }
        giveBlocks(sequence, missing, draft);
        return true;
    }

    private void giveBlocks(Sequence sequence, int count, PlanDraft draft) {
        if (count > 0) {
            List<Integer> blocks = allocator.allocate(KV_GROUP, count);
            sequence.blocks().addAll(blocks);
            draft.append(sequence, KV_GROUP, blocks);
        }
    }

    private void preempt(Sequence sequence) {
        running.remove(sequence.id());
        ready.remove(sequence);
        release(sequence);
        sequence.preempted();
        waiting.put(sequence.id(), sequence);
    }

    private PlanDraft draftPrefill() {
        PlanDraft draft = new PlanDraft(StepKind.PREFILL);
        if (inFlight.computing(StepKind.PREFILL) >= prefillSteps) {
            return draft;
        }
        int budget = settings.prefillTokens();
        for (Sequence sequence : running.values()) {
            budget -= addPiece(sequence, budget, draft);
        }
        while (budget > 0 && mayAdmit()) {
            Sequence sequence = waiting.pollFirstEntry().getValue();
            admit(sequence, draft);
            budget -= addPiece(sequence, budget, draft);
        }
        return draft;
    }

    private int addPiece(Sequence sequence, int budget, PlanDraft draft) {
        if (budget == 0 || !sequence.hasPromptLeft()) {
            return 0;
        }
        int tokens = Math.min(budget, sequence.unplannedTokens());
        draft.rows(sequence, tokens);
        return tokens;
    }

    private boolean mayAdmit() {
        if (waiting.isEmpty() || running.size() >= settings.maxRunning()) {
            return false;
        }
        int needed = BlockAllocator.blocksFor(waiting.firstEntry().getValue().tokens());
        return needed + running.size() <= allocator.freeBlocks(KV_GROUP);
    }

    private void admit(Sequence sequence, PlanDraft draft) {
        sequence.admitted();
        running.put(sequence.id(), sequence);
        draft.start(sequence);
        giveBlocks(sequence, BlockAllocator.blocksFor(sequence.tokens()), draft);
    }
}
