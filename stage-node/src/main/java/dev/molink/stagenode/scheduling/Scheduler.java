package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.batching.BatchingPolicy;
import dev.molink.stagenode.batching.Decision;
import dev.molink.stagenode.batching.Load;
import dev.molink.stagenode.batching.Measurements;
import dev.molink.stagenode.kvcache.KvPool;
import dev.molink.stagenode.kvcache.KvUsage;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.SchedulerStatus.Drafts;
import dev.molink.stagenode.scheduling.SchedulerStatus.PrefixHits;
import dev.molink.stagenode.scheduling.SequenceUpdate.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Iteration-level continuous batching over one formation of a pipeline: a state machine without thread, clock or socket.
 * Requests, ends, outcomes, stage reports and the time go in; step plans and updates come out. Its owner calls
 * {@link #tick} before any other event, and {@link #nextPlan} after each until there is none.
 *
 * <p>Rules:
 * <ul>
 *   <li><b>Order.</b> Interactive sequences go before batch ones, in admission, in prefill and in decode steps; within a
 *       class the older goes first, and decoding sequences take turns. A batch sequence that has waited for
 *       {@code batchPatience}, for admission or for its next step, is interactive for the rest of its life.
 *   <li><b>Admission</b> is by KV blocks, without causing preemption. Nobody of a class is admitted before an older one
 *       of the class that waits, and no batch sequence while an interactive one waits.
 *   <li><b>Decode.</b> As many steps are in flight as the batching policy has groups. A step takes its share of the
 *       decoding sequences, those first that have not decoded for longest; a sequence is in at most one.
 *   <li><b>Prefill</b> steps hold pieces of prompts within the policy's token budget; pieces of one prompt follow each
 *       other without waiting for outcomes.
 *   <li><b>Preemption.</b> A running sequence without a free block takes those of the newest running one, batch before
 *       interactive, possibly itself. That one waits, by its age, and is computed again from its prompt and generated
 *       ids, as far as the prefix cache has lost them.
 *   <li><b>Blocks</b> are shared once the last stage has confirmed the step that wrote them, and given away once every
 *       step that uses them came back.
 *   <li><b>Choices</b> of one prompt share its blocks; one of them computes it.
 *   <li><b>Drafts</b> are verified where that is measured to gain; tokens are the same with and without.
 * </ul>
 *
 * <p>Bound on starvation, in rounds, a round being the time in which all steps come back that were in flight when it
 * began. A running interactive sequence that decodes has part in a step, or is preempted, within {@code 2 · maxRunning + 4}
 * rounds after its last one: in each round a decode step takes the first of those that are ready, and one that waits for
 * blocks takes those of a newer sequence. One with prompt left waits besides for pieces of older ones, at most {@code
 * maxRunning} prompts, each of which moves on in each round by a row at least. A batch sequence has the same bound once
 * it has waited for {@code batchPatience}. The oldest interactive sequence is never preempted, so it ends; hence each
 * that waits is in turn the oldest. {@code SchedulerPropertyTests} holds all of this.
 */
public final class Scheduler {

    private static final int MAX_STEPS_WITHOUT_ROWS = 2;

    private final SchedulerSettings settings;
    private final PipelineFacts pipeline;
    private final BatchingPolicy batching;
    private final VirtualTime time = new VirtualTime();
    private final Deadlines deadlines = new Deadlines();
    private final StepsInFlight inFlight = new StepsInFlight();
    private final List<SequenceUpdate> updates = new ArrayList<>();
    private final BubbleShares bubbles;
    private final KvMemory memory;
    private final Roster roster;
    private final Departures departures;
    private final Speculation speculation;
    private final Progress progress;
    private final DecodePlanner decodes;
    private final PrefillPlanner prefills;
    private Measurements measurements;
    private long nextStepId;
    private long decodedTokens;

    public Scheduler(SchedulerSettings settings, PipelineFacts pipeline) {
        this.settings = settings;
        this.pipeline = pipeline;
        this.batching = settings.batching().policy();
        this.measurements = Measurements.of(pipeline.hiddenSize(), pipeline.rowBytes(), pipeline.links());
        this.bubbles = new BubbleShares(pipeline.stages());
        this.memory = new KvMemory(pipeline.kvGroups(), pipeline.codec());
        this.roster = new Roster(time, settings.batchPatience().toNanos());
        this.departures = new Departures(roster, memory, deadlines, updates);
        this.speculation = new Speculation(settings.speculation(), time);
        this.progress = new Progress(roster, memory, departures, speculation, updates);
        Preemption preemption = new Preemption(roster, memory, departures);
        this.decodes = new DecodePlanner(settings, roster, memory, preemption, speculation);
        this.prefills = new PrefillPlanner(settings, roster, memory, preemption, deadlines);
    }

    /** The most ids, prompt included, that a sequence alone on the pipeline has KV blocks for. */
    public int longestSequence() {
        return memory.pool().longestSequence();
    }

    /** Sequences that may still be added before one is admitted. */
    public int waitingRoom() {
        return Math.max(0, settings.maxWaiting() - roster.waitingSequences());
    }

    /**
     * It is {@code nowNanos} now, which holds until the next call; a time before that of an earlier call is ignored.
     * Sequences that ran out of time are over.
     */
    public List<SequenceUpdate> tick(long nowNanos) {
        time.advance(nowNanos);
        roster.promoteImpatient();
        for (Deadlines.Deadline due = deadlines.firstDue(time.nanos());
                due != null;
                due = deadlines.firstDue(time.nanos())) {
            departures.breakOff(due.sequence(), due.cause(), reason(due));
        }
        return takeUpdates();
    }

    private static String reason(Deadlines.Deadline due) {
        Sequence sequence = due.sequence();
        if (due.cause() == Cause.QUEUE_TIMEOUT) {
            return "sequence %d was not admitted in time".formatted(sequence.id());
        }
        return "sequence %d had %d of up to %d tokens when its time was over"
                .formatted(sequence.id(), sequence.tokens(), sequence.maxTokens());
    }

    /**
     * Takes a request.
     *
     * @throws IllegalArgumentException if its sequences may grow longer than {@link #longestSequence}, or are more than
     *     {@link #waitingRoom}
     */
    public void add(RequestSpec spec) {
        if (spec.maxTokens() > longestSequence() || spec.choices() > waitingRoom()) {
            throw new IllegalArgumentException(
                    "request %s, %d sequences of up to %d tokens: the pipeline holds %d, %d sequences may wait"
                            .formatted(
                                    spec.requestId(),
                                    spec.choices(),
                                    spec.maxTokens(),
                                    longestSequence(),
                                    waitingRoom()));
        }
        Prompt prompt = new Prompt(spec);
        for (int choice = 0; choice < spec.choices(); choice++) {
            Sequence sequence = new Sequence(prompt, choice);
            departures.arrived(sequence);
            if (choice == 0) {
                prompt.leads(sequence);
                roster.await(sequence);
            } else {
                roster.park(sequence);
            }
        }
    }

    /** Ends a sequence from outside; what its steps in flight sample is dropped. Unknown ids are ignored. */
    public List<SequenceUpdate> end(long sequenceId) {
        Sequence sequence = departures.find(sequenceId);
        if (sequence != null) {
            departures.retire(sequence);
        }
        return takeUpdates();
    }

    /** Takes the end of a step; outcomes of unknown steps change nothing. */
    public List<SequenceUpdate> complete(StepOutcome outcome) {
        StepsInFlight.Step step = outcome.epoch() == pipeline.epoch() ? inFlight.remove(outcome.stepId()) : null;
        if (step != null) {
            switch (outcome) {
                case Failed failed -> progress.failed(step, failed);
                case Sampled sampled -> {
                    decodedTokens += step.plan().kind() == StepKind.PREFILL
                            ? 0
                            : sampled.tokens().size();
                    progress.sampled(step, sampled);
                }
            }
        }
        return takeUpdates();
    }

    private List<SequenceUpdate> takeUpdates() {
        List<SequenceUpdate> taken = List.copyOf(updates);
        updates.clear();
        return taken;
    }

    /** Takes what a stage has measured; of another epoch: nothing. */
    public void report(StageReport report) {
        if (report.epoch() == pipeline.epoch()) {
            measurements = measurements.with(report);
            bubbles.report(report);
        }
    }

    /** The next step to execute; empty while nothing is to be done or enough is in flight. */
    public Optional<StepPlan> nextPlan() {
        Decision decision = decision();
        if (inFlight.decodes() < decision.decodeGroups()) {
            PlanDraft decode = decodes.draft(decision.decodeGroups());
            if (!decode.isEmpty()) {
                return Optional.of(issue(decode));
            }
        }
        if (inFlight.prefills() < decision.prefillSteps()) {
            PlanDraft prefill = prefills.draft(decision.pieceTokens());
            if (!prefill.isEmpty()) {
                return Optional.of(issue(prefill));
            }
        }
        if (!departures.hasUntoldEnds() || inFlight.withoutRows() >= MAX_STEPS_WITHOUT_ROWS) {
            return Optional.empty();
        }
        return Optional.of(issue(new PlanDraft(StepKind.DECODE, 0)));
    }

    private Decision decision() {
        Load load =
                new Load(roster.waitingSequences(), roster.runningSequences(), inFlight.prefills() > 0, decodedTokens);
        return batching.decide(time.nanos(), measurements, load);
    }

    private StepPlan issue(PlanDraft draft) {
        StepPlan plan = draft.finish(pipeline.epoch(), nextStepId++, departures.takeVerified(), departures.takeEnds());
        inFlight.add(plan, draft.sequences(), time.nanos());
        return plan;
    }

    public SchedulerStatus status() {
        KvPool pool = memory.pool();
        List<KvUsage> usage =
                IntStream.range(0, pool.kvGroups()).mapToObj(pool::usage).toList();
        return new SchedulerStatus(
                roster.waitingSequences(),
                roster.runningSequences(),
                usage,
                decision(),
                bubbles.shares(),
                prefills.admissions(),
                departures.preemptions(),
                new PrefixHits(pool.queriedTokens(), pool.hitTokens()),
                new Drafts(speculation.proposed(), speculation.accepted(), speculation.on(), speculation.reason()));
    }

    /**
     * Checks that every KV block is exactly one of free, cached and held.
     *
     * @throws IllegalStateException that names group and block
     */
    public void verifyBlocks() {
        memory.pool().verify();
    }
}
