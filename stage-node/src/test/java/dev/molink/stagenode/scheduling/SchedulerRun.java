package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.RequestSpec.Sampling;
import dev.molink.stagenode.scheduling.RequestSpec.TimeLimits;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** A scheduler under test, with every plan and update so far; the last stage samples 100 + position. */
final class SchedulerRun {

    static final long EPOCH = 1;
    static final SchedulerSettings SETTINGS = new SchedulerSettings(
            8, 8, 8, 32, 16, Duration.ofSeconds(30), new BatchingOption.Fixed(1), new SpeculationOption.Off());

    final Scheduler scheduler;
    final List<StepPlan> plans = new ArrayList<>();
    final List<SequenceUpdate> updates = new ArrayList<>();
    private final List<StepPlan> unanswered = new ArrayList<>();
    private long nextId;

    SchedulerRun(SchedulerSettings settings, int stages, KvGroup... groups) {
        scheduler = new Scheduler(settings, new PipelineFacts(EPOCH, stages, List.of(groups), 64, ActivationCodec.F32));
        scheduler.tick(0);
    }

    static SchedulerRun withBlocks(int blocks) {
        return new SchedulerRun(SETTINGS, 1, KvGroup.full(blocks));
    }

    static Spec prompt(int tokens) {
        return new Spec(Collections.nCopies(tokens, 1));
    }

    /** A prompt that no other test sequence has. */
    static Spec distinctPrompt(int tokens, int seed) {
        return new Spec(
                IntStream.range(0, tokens).mapToObj(i -> seed * 1000 + i).toList());
    }

    /** What a test says of a request; the rest is ordinary. */
    static final class Spec {
        private final List<Integer> promptTokenIds;
        private List<Integer> generated = List.of();
        private int choices = 1;
        private int maxTokens;
        private Sampling sampling = Sampling.free(SamplingParameters.plain(0, 0, List.of()));
        private Priority priority = Priority.INTERACTIVE;
        private String salt = "";
        private TimeLimits limits = TimeLimits.NONE;

        private Spec(List<Integer> promptTokenIds) {
            this.promptTokenIds = promptTokenIds;
            this.maxTokens = promptTokenIds.size() + 8;
        }

        Spec choices(int count) {
            choices = count;
            return this;
        }

        Spec upTo(int tokens) {
            maxTokens = tokens;
            return this;
        }

        Spec batch() {
            priority = Priority.BATCH;
            return this;
        }

        Spec salt(String other) {
            salt = other;
            return this;
        }

        Spec limits(long admissionNanos, long endNanos) {
            limits = new TimeLimits(admissionNanos, endNanos);
            return this;
        }

        Spec sampling(Sampling other) {
            sampling = other;
            return this;
        }

        Spec generated(List<Integer> ids) {
            generated = ids;
            return this;
        }

        RequestSpec build(long firstId) {
            return new RequestSpec(
                    "request " + firstId,
                    firstId,
                    choices,
                    promptTokenIds,
                    generated,
                    maxTokens,
                    sampling,
                    priority,
                    salt,
                    limits);
        }
    }

    /** Adds a request; returns the id of its first sequence. */
    long add(Spec spec) {
        long id = nextId;
        nextId += spec.choices;
        scheduler.add(spec.build(id));
        return id;
    }

    /** Takes all plans that are due; returns them. */
    List<StepPlan> drain() {
        List<StepPlan> due = new ArrayList<>();
        for (Optional<StepPlan> plan = scheduler.nextPlan(); plan.isPresent(); plan = scheduler.nextPlan()) {
            due.add(plan.get());
        }
        plans.addAll(due);
        unanswered.addAll(due);
        return due;
    }

    /** The step comes back with a token for each sampled row; drafts are never right. */
    List<SequenceUpdate> answer(StepPlan plan) {
        unanswered.remove(plan);
        List<SampledToken> tokens = new ArrayList<>();
        for (SequenceRows rows : plan.rows()) {
            if (rows.sample()) {
                int position = rows.firstPosition() + rows.tokenCount() - rows.sampledRows() + 1;
                tokens.add(new SampledToken(rows.sequenceId(), position, 100 + position));
            }
        }
        return take(scheduler.complete(new Sampled(EPOCH, plan.stepId(), tokens)));
    }

    List<SequenceUpdate> take(List<SequenceUpdate> more) {
        updates.addAll(more);
        return more;
    }

    /** Answers and drains until nothing is in flight. */
    void finish() {
        drain();
        while (!unanswered.isEmpty()) {
            List.copyOf(unanswered).forEach(this::answer);
            drain();
        }
    }

    List<SequenceRows> rowsOf(long sequenceId) {
        return plans.stream()
                .flatMap(plan -> plan.rows().stream())
                .filter(rows -> rows.sequenceId() == sequenceId)
                .toList();
    }

    List<StepPlan> stepsOf(long sequenceId) {
        return plans.stream()
                .filter(plan -> plan.rows().stream().anyMatch(rows -> rows.sequenceId() == sequenceId))
                .toList();
    }

    long steps(StepKind kind) {
        return plans.stream().filter(plan -> plan.kind() == kind).count();
    }

    <T extends SequenceUpdate> List<T> updates(Class<T> type) {
        return updates.stream().filter(type::isInstance).map(type::cast).toList();
    }

    int usedBlocks(int kvGroup) {
        return scheduler.status().kvGroups().get(kvGroup).usedBlocks();
    }
}
