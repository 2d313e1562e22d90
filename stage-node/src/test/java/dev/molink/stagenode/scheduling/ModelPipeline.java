package dev.molink.stagenode.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepOutcome.BadLogits;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepOutcome.PromptLogprobs;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.plan.TokenLogprobs;
import dev.molink.stagenode.plan.VerifiedRows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/**
 * A pipeline as plans alone drive it. Each stage computes its plans in any order that real stages may choose: a step
 * never overtakes an earlier one that shares a sequence with it. A step fails where the random faults say so.
 */
final class ModelPipeline {

    private final long epoch;
    private final Random random;
    private final int faultOdds;
    private final List<ModelStage> stages;

    /** By stage: plans that it has not executed. */
    private final List<List<Step>> pending;

    private final Deque<StepOutcome> outcomes = new ArrayDeque<>();
    private final Map<Long, Step> inFlight = new HashMap<>();

    /** By sequence: rows by cause, as the last stage can tell from its plans. */
    private final Map<Long, RowCounts> counts = new HashMap<>();

    private long nextStepId;
    private boolean faulty;

    private static final class Step {
        final StepPlan plan;
        final Set<Long> sequences = new HashSet<>();
        int stagesDone;
        boolean failed;

        Step(StepPlan plan) {
            this.plan = plan;
            plan.rows().forEach(rows -> sequences.add(rows.sequenceId()));
            plan.ended().forEach(end -> sequences.add(end.sequenceId()));
        }

        boolean sharesSequenceWith(Step other) {
            return sequences.stream().anyMatch(other.sequences::contains);
        }
    }

    /** @param faultOdds one step in so many fails, and one row in so many has bad logits; 0: none */
    ModelPipeline(
            long epoch,
            int stages,
            List<KvGroup> groups,
            LongFunction<long[]> trueStates,
            Random random,
            int faultOdds) {
        this.epoch = epoch;
        this.random = random;
        this.faultOdds = faultOdds;
        this.stages = IntStream.range(0, stages)
                .mapToObj(_ -> new ModelStage(groups, trueStates))
                .toList();
        this.pending = IntStream.range(0, stages)
                .<List<Step>>mapToObj(_ -> new ArrayList<>())
                .toList();
    }

    void take(StepPlan plan) {
        assertThat(plan.epoch()).isEqualTo(epoch);
        assertThat(plan.stepId()).as("plan numbers have no gaps").isEqualTo(nextStepId++);
        assertThat(plan.rows()).extracting(SequenceRows::sequenceId).doesNotHaveDuplicates();
        if (plan.kind() != StepKind.PREFILL) {
            Set<Long> decoding = decoding();
            assertThat(plan.rows())
                    .as("no sequence is in two decode steps at once")
                    .noneMatch(rows -> decoding.contains(rows.sequenceId()));
        }
        plan.ended()
                .forEach(end -> assertThat(inFlight.values())
                        .as("no step in flight has rows of a sequence that leaves")
                        .noneMatch(step ->
                                step.plan.rows().stream().anyMatch(rows -> rows.sequenceId() == end.sequenceId())));
        Step step = new Step(plan);
        inFlight.put(plan.stepId(), step);
        pending.forEach(steps -> steps.add(step));
        count(plan);
    }

    private Set<Long> decoding() {
        Set<Long> ids = new HashSet<>();
        for (Step step : inFlight.values()) {
            if (step.plan.kind() != StepKind.PREFILL) {
                step.plan.rows().forEach(rows -> ids.add(rows.sequenceId()));
            }
        }
        return ids;
    }

    private void count(StepPlan plan) {
        for (VerifiedRows verified : plan.verified()) {
            add(verified.sequenceId(), new RowCounts(0, 0, verified.accepted(), verified.rejected(), 0));
        }
        for (SequenceEnd end : plan.ended()) {
            add(end.sequenceId(), new RowCounts(-end.discardedRows(), 0, 0, 0, end.discardedRows()));
        }
        for (SequenceRows rows : plan.rows()) {
            int told = plan.kind() == StepKind.VERIFY ? 1 : rows.tokenCount();
            add(rows.sequenceId(), new RowCounts(told - rows.recomputedRows(), rows.recomputedRows(), 0, 0, 0));
        }
    }

    private void add(long sequenceId, RowCounts more) {
        counts.merge(sequenceId, more, RowCounts::plus);
    }

    RowCounts counts(long sequenceId) {
        return counts.getOrDefault(sequenceId, RowCounts.NONE);
    }

    /** Whether a step failed or logits were bad. */
    boolean faulty() {
        return faulty;
    }

    boolean idle() {
        return inFlight.isEmpty();
    }

    Set<Long> stepsInFlight() {
        return Set.copyOf(inFlight.keySet());
    }

    long decodesInFlight() {
        return inFlight.values().stream()
                .filter(step -> step.plan.kind() != StepKind.PREFILL
                        && !step.plan.rows().isEmpty())
                .count();
    }

    int sequencesLeft() {
        return stages.stream().mapToInt(ModelStage::sequences).sum();
    }

    /** Lets one stage execute one step; false if none has anything to do. */
    boolean work() {
        int offset = random.nextInt(stages.size());
        for (int i = 0; i < stages.size(); i++) {
            int stage = (offset + i) % stages.size();
            List<Step> possible = possible(stage);
            if (!possible.isEmpty()) {
                Step step = possible.get(random.nextInt(possible.size()));
                pending.get(stage).remove(step);
                execute(stage, step);
                return true;
            }
        }
        return false;
    }

    private List<Step> possible(int stage) {
        List<Step> possible = new ArrayList<>();
        List<Step> steps = pending.get(stage);
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            boolean arrived = step.stagesDone == stage
                    && (stage == 0 || step.failed || !pending.get(stage - 1).contains(step));
            if (arrived && steps.subList(0, i).stream().noneMatch(step::sharesSequenceWith)) {
                possible.add(step);
            }
        }
        return possible;
    }

    private void execute(int index, Step step) {
        ModelStage stage = stages.get(index);
        step.stagesDone++;
        boolean last = index == stages.size() - 1;
        if (step.failed) {
            stage.skip(step.plan);
        } else if (stage.mustFail(step.plan) || (!step.plan.rows().isEmpty() && fault())) {
            stage.skip(step.plan);
            step.failed = true;
            outcomes.addFirst(new Failed(epoch, step.plan.stepId(), "stage %d failed".formatted(index)));
        } else {
            List<long[]> states = stage.execute(step.plan);
            if (last) {
                outcomes.addLast(sample(stage, step.plan, states));
            }
        }
    }

    private boolean fault() {
        boolean strikes = faultOdds > 0 && random.nextInt(faultOdds) == 0;
        faulty |= strikes;
        return strikes;
    }

    private Sampled sample(ModelStage stage, StepPlan plan, List<long[]> states) {
        List<SampledToken> tokens = new ArrayList<>();
        List<PromptLogprobs> scores = new ArrayList<>();
        List<BadLogits> bad = new ArrayList<>();
        for (int i = 0; i < plan.rows().size(); i++) {
            SequenceRows rows = plan.rows().get(i);
            SequenceStart start = stage.start(rows.sequenceId());
            if (start.promptLogprobs() != SamplingParameters.NO_LOGPROBS) {
                score(start, rows, scores);
            }
            if (rows.sample() && fault()) {
                bad.add(new BadLogits(rows.sequenceId(), "stage: NaN"));
            } else if (rows.sample()) {
                sample(start, rows, states.get(i), tokens);
            }
        }
        return new Sampled(epoch, plan.stepId(), tokens, scores, bad);
    }

    private static void score(SequenceStart start, SequenceRows rows, List<PromptLogprobs> scores) {
        int first = rows.firstPosition() + 1;
        int end = Math.min(start.promptTokens(), first + rows.tokenCount());
        if (first < end) {
            scores.add(new PromptLogprobs(
                    rows.sequenceId(),
                    first,
                    IntStream.range(first, end)
                            .mapToObj(position -> new TokenLogprobs(-position, 1, List.of()))
                            .toList()));
        }
    }

    private static void sample(SequenceStart start, SequenceRows rows, long[] states, List<SampledToken> tokens) {
        for (int i = rows.tokenCount() - rows.sampledRows(); i < rows.tokenCount(); i++) {
            int next = ModelText.next(states[i], rows.tokenIds().get(i), start.choice());
            tokens.add(new SampledToken(rows.sequenceId(), rows.firstPosition() + i + 1, next));
            if (i + 1 < rows.tokenCount() && rows.tokenIds().get(i + 1) != next) {
                return;
            }
        }
    }

    boolean hasOutcome() {
        return !outcomes.isEmpty();
    }

    StepOutcome nextOutcome() {
        StepOutcome outcome = outcomes.removeFirst();
        inFlight.remove(outcome.stepId());
        return outcome;
    }
}
