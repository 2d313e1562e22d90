package dev.molink.stagenode.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.kvcache.KvUsage;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SamplingParameters.Filters;
import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import dev.molink.stagenode.plan.SamplingParameters.TokenRules;
import dev.molink.stagenode.plan.SequenceEnd;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome.Failed;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.ModelRequest.Choice;
import dev.molink.stagenode.scheduling.RequestSpec.Sampling;
import dev.molink.stagenode.scheduling.RequestSpec.TimeLimits;
import dev.molink.stagenode.scheduling.SequenceUpdate.Broken;
import dev.molink.stagenode.scheduling.SequenceUpdate.Cause;
import dev.molink.stagenode.scheduling.SequenceUpdate.Generated;
import dev.molink.stagenode.scheduling.SequenceUpdate.PromptScored;
import dev.molink.stagenode.scheduling.SequenceUpdate.Released;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** One random history of a scheduler over a {@link ModelPipeline}, from its seed alone. */
final class SchedulerHistory {

    private static final int MOST_TOKENS = 120;
    private static final int MOST_EVENTS = 1_000_000;
    private static final long MILLI = 1_000_000;

    /** What the histories went through, to show that nothing was left out. */
    record Tally(
            long tokens,
            long preemptions,
            long hitTokens,
            long accepted,
            long rejected,
            long discarded,
            long forks,
            long deadlines,
            long failures,
            long lost,
            long longestRounds) {

        static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        Tally plus(Tally other) {
            return new Tally(
                    tokens + other.tokens,
                    preemptions + other.preemptions,
                    hitTokens + other.hitTokens,
                    accepted + other.accepted,
                    rejected + other.rejected,
                    discarded + other.discarded,
                    forks + other.forks,
                    deadlines + other.deadlines,
                    failures + other.failures,
                    lost + other.lost,
                    Math.max(longestRounds, other.longestRounds));
        }
    }

    private final Random random;
    private final SchedulerSettings settings;
    private final int stages;
    private final List<KvGroup> groups;
    private final int faultOdds;
    private final boolean limits;
    private final List<List<Integer>> families;

    private Scheduler scheduler;
    private ModelPipeline pipeline;

    /** Of the present formation, by sequence id. */
    private final Map<Long, Choice> choices = new HashMap<>();

    /** Sequences that are not over, by age. */
    private final Map<Long, Choice> live = new TreeMap<>();

    /** Sequences that hold blocks, as plans tell. */
    private final Map<Long, Choice> running = new TreeMap<>();

    private long epoch;
    private long nextId;
    private long nowNanos;
    private long round;
    private Set<Long> roundSteps = Set.of();
    private long longestRounds;
    private Tally tally = Tally.NONE;

    SchedulerHistory(long seed) {
        random = new Random(seed);
        stages = 1 + random.nextInt(3);
        groups = groups();
        faultOdds = random.nextInt(3) == 0 ? 40 + random.nextInt(100) : 0;
        limits = random.nextInt(3) == 0;
        settings = new SchedulerSettings(
                1 + random.nextInt(16),
                1 + random.nextInt(16),
                1 + random.nextInt(8),
                1 + random.nextInt(60),
                1 + random.nextInt(40),
                Duration.ofMillis(random.nextInt(400)),
                random.nextInt(3) == 0 ? new BatchingOption.Fixed(1 + random.nextInt(4)) : new BatchingOption.Auto(),
                speculation());
        families = IntStream.range(0, 3)
                .mapToObj(_ -> ids(1 + random.nextInt(MOST_TOKENS)))
                .toList();
        form();
    }

    private List<KvGroup> groups() {
        List<KvGroup> all = new ArrayList<>();
        if (random.nextInt(4) > 0) {
            all.add(KvGroup.full(2 + random.nextInt(16)));
        }
        if (all.isEmpty() || random.nextBoolean()) {
            all.add(new KvGroup(1 + random.nextInt(50), 2 + random.nextInt(12)));
        }
        return all;
    }

    private SpeculationOption speculation() {
        return switch (random.nextInt(3)) {
            case 0 -> new SpeculationOption.Off();
            case 1 -> new SpeculationOption.Auto();
            default -> new SpeculationOption.Fixed(1 + random.nextInt(6));
        };
    }

    private List<Integer> ids(int count) {
        int first = random.nextInt(ModelText.CIRCLE);
        return IntStream.range(0, count)
                .mapToObj(
                        i -> random.nextInt(8) == 0 ? random.nextInt(ModelText.CIRCLE) : (first + i) % ModelText.CIRCLE)
                .toList();
    }

    private void form() {
        epoch++;
        scheduler = new Scheduler(settings, new PipelineFacts(epoch, stages, groups, 64, ActivationCodec.F32));
        scheduler.tick(nowNanos);
        pipeline = new ModelPipeline(epoch, stages, groups, id -> choice(id).trueStates, random, faultOdds);
        choices.clear();
        running.clear();
        roundSteps = Set.of();
    }

    private Choice choice(long id) {
        return Objects.requireNonNull(choices.get(id), "a sequence of another formation");
    }

    Tally run() {
        int events = 50 + random.nextInt(250);
        for (int event = 0; event < events; event++) {
            happen(random.nextInt(60));
            drain();
        }
        for (int event = 0; !live.isEmpty() || !pipeline.idle(); event++) {
            assertThat(event).as("everything ends").isLessThan(MOST_EVENTS);
            happen(20 + random.nextInt(40));
            drain();
        }
        checkEnd();
        return tally;
    }

    private void happen(int kind) {
        if (kind < 8) {
            add();
        } else if (kind < 10) {
            cancel();
        } else if (kind == 10 && random.nextInt(10) == 0) {
            loseFormation();
        } else if (kind < 26) {
            passTime();
        } else if (kind < 44) {
            pipeline.work();
        } else {
            complete();
        }
    }

    private void add() {
        int room = Math.min(scheduler.waitingRoom(), 1 + random.nextInt(4) * random.nextInt(2));
        if (room == 0) {
            return;
        }
        int max = 2 + random.nextInt(Math.min(MOST_TOKENS, scheduler.longestSequence() - 1));
        List<Integer> family = families.get(random.nextInt(families.size()));
        int prompt = 1 + random.nextInt(max - 1);
        List<Integer> ids = new ArrayList<>(family.subList(0, Math.min(family.size(), prompt)));
        ids.addAll(ids(prompt - ids.size()));
        if (random.nextInt(3) == 0) {
            ids.set(random.nextInt(prompt), random.nextInt(ModelText.CIRCLE));
        }
        add(room, ids, List.of(), max, sampling());
    }

    private void add(int count, List<Integer> prompt, List<Integer> generated, int max, Sampling sampling) {
        RequestSpec spec = new RequestSpec(
                "request " + nextId,
                nextId,
                count,
                prompt,
                generated,
                max,
                sampling,
                random.nextInt(3) == 0 ? Priority.BATCH : Priority.INTERACTIVE,
                "salt " + random.nextInt(2),
                limits ? new TimeLimits(limit(2000), limit(5000)) : TimeLimits.NONE);
        nextId += count;
        ModelRequest request = new ModelRequest(spec, nowNanos);
        for (Choice choice : request.choices) {
            choice.progressRound = round;
            choices.put(choice.id, choice);
            live.put(choice.id, choice);
        }
        scheduler.add(spec);
    }

    private long limit(int mostMillis) {
        return random.nextInt(3) == 0 ? nowNanos + MILLI * random.nextInt(mostMillis) : Long.MAX_VALUE;
    }

    private Sampling sampling() {
        Penalties penalties = random.nextInt(4) == 0 ? new Penalties(1.1f, 0, 0) : Penalties.OFF;
        SamplingParameters parameters = new SamplingParameters(
                1,
                Filters.OFF,
                penalties,
                TokenRules.stoppingAt(List.of(ModelText.STOP_ID)),
                7,
                SamplingParameters.NO_LOGPROBS);
        return new Sampling(
                parameters,
                random.nextInt(5) == 0 ? 2 : SamplingParameters.NO_LOGPROBS,
                random.nextInt(6) == 0 ? "hash" : null);
    }

    private void cancel() {
        if (!live.isEmpty()) {
            Choice choice = List.copyOf(live.values()).get(random.nextInt(live.size()));
            List<Choice> ended = random.nextBoolean() ? choice.request.choices : List.of(choice);
            for (Choice each : ended) {
                over(each);
                take(scheduler.end(each.id));
            }
            assertThat(scheduler.end(choice.id)).as("ended before").isEmpty();
        }
    }

    private void over(Choice choice) {
        choice.over = true;
        live.remove(choice.id);
    }

    /** A stage is lost: what lives ends without a release; single choices come again with what they have generated. */
    private void loseFormation() {
        tally = tally.plus(new Tally(0, scheduler.status().preemptions(), 0, 0, 0, 0, 0, 0, 0, 1, 0));
        List<Choice> lost = List.copyOf(live.values());
        lost.forEach(this::over);
        form();
        for (Choice choice : lost) {
            RequestSpec spec = choice.request.spec;
            if (spec.choices() == 1 && scheduler.waitingRoom() > 0 && random.nextBoolean()) {
                List<Integer> generated =
                        choice.trueIds.subList(spec.promptTokenIds().size(), choice.tokens);
                add(1, spec.promptTokenIds(), generated, spec.maxTokens(), spec.sampling());
            }
        }
    }

    private void passTime() {
        nowNanos += MILLI * random.nextInt(60);
        take(scheduler.tick(nowNanos));
        for (Choice choice : live.values()) {
            TimeLimits given = choice.request.spec.limits();
            assertThat(given.endNanos()).as("deadline").isGreaterThan(nowNanos);
            assertThat(choice.started || given.admissionNanos() > nowNanos)
                    .as("queue time-out")
                    .isTrue();
        }
        if (random.nextInt(4) == 0) {
            report();
        }
    }

    private void report() {
        long step = MILLI * (1 + random.nextInt(20));
        LinkRate link = new LinkRate(1_000_000L * (1 + random.nextInt(100)), MILLI * random.nextInt(50));
        scheduler.report(new StageReport(epoch, random.nextInt(stages), step, step / 10, nowNanos / 2, nowNanos, link));
    }

    private void complete() {
        if (!pipeline.hasOutcome()) {
            pipeline.work();
            return;
        }
        var outcome = pipeline.nextOutcome();
        take(scheduler.complete(outcome));
        assertThat(scheduler.complete(new Failed(epoch, outcome.stepId(), "again")))
                .isEmpty();
        assertThat(scheduler.complete(new Failed(epoch - 1, outcome.stepId() + 1, "other epoch")))
                .isEmpty();
        if (roundSteps.stream().noneMatch(pipeline.stepsInFlight()::contains)) {
            round++;
            roundSteps = Set.of();
        }
    }

    private void take(List<SequenceUpdate> updates) {
        for (SequenceUpdate update : updates) {
            Choice choice = choice(update.sequenceId());
            switch (update) {
                case Generated token -> {
                    choice.generated(token);
                    choice.progressRound = round;
                    tally = tally.plus(new Tally(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
                }
                case PromptScored scored -> choice.request.scored(scored);
                case Broken broken -> broken(choice, broken);
                case Released released -> released(choice, released);
            }
            if (choice.over) {
                live.remove(choice.id);
            }
        }
    }

    private void broken(Choice choice, Broken broken) {
        choice.broken();
        TimeLimits given = choice.request.spec.limits();
        boolean inTime = broken.cause() == Cause.QUEUE_TIMEOUT || broken.cause() == Cause.DEADLINE;
        switch (broken.cause()) {
            case QUEUE_TIMEOUT -> {
                assertThat(choice.started).isFalse();
                assertThat(given.admissionNanos()).isLessThanOrEqualTo(nowNanos);
            }
            case DEADLINE -> assertThat(given.endNanos()).isLessThanOrEqualTo(nowNanos);
            case BAD_LOGITS, STEP_FAILED -> {
                assertThat(pipeline.faulty()).isTrue();
                assertThat(broken.reason()).startsWith("stage");
            }
        }
        tally = tally.plus(new Tally(0, 0, 0, 0, 0, 0, 0, inTime ? 1 : 0, inTime ? 0 : 1, 0, 0));
    }

    private void released(Choice choice, Released released) {
        choice.released(released);
        RowCounts rows = released.rows();
        tally = tally.plus(
                new Tally(0, 0, 0, rows.verifiedAccepted(), rows.verifiedRejected(), rows.discarded(), 0, 0, 0, 0, 0));
    }

    private void drain() {
        for (Optional<StepPlan> plan = scheduler.nextPlan(); plan.isPresent(); plan = scheduler.nextPlan()) {
            check(plan.get());
            pipeline.take(plan.get());
            assertThat(pipeline.decodesInFlight())
                    .as("decode groups in flight")
                    .isLessThanOrEqualTo(BatchingOption.MAX_GROUPS);
        }
        if (roundSteps.isEmpty()) {
            roundSteps = pipeline.stepsInFlight();
        }
        scheduler.verifyBlocks();
        if (!live.isEmpty()) {
            assertThat(pipeline.idle())
                    .as("live sequences %s get steps", live.keySet())
                    .isFalse();
        }
        live.values().forEach(this::checkProgress);
    }

    private void check(StepPlan plan) {
        for (SequenceEnd end : plan.ended()) {
            running.remove(end.sequenceId());
            assertThat(end.over()).isEqualTo(choice(end.sequenceId()).over);
        }
        plan.starts().forEach(this::started);
        int logitRows = 0;
        for (SequenceRows rows : plan.rows()) {
            Choice choice = choice(rows.sequenceId());
            assertThat(choice.over).as("only live sequences are computed").isFalse();
            assertThat(running).containsKey(choice.id);
            choice.progressRound = round;
            logitRows += rows.sampledRows();
        }
        assertThat(logitRows).isLessThanOrEqualTo(settings.maxLogitRows());
        if (plan.kind() == StepKind.PREFILL) {
            assertThat(plan.tokens()).isLessThanOrEqualTo(settings.maxStepTokens());
        } else {
            assertThat(plan.rows()).hasSizeLessThanOrEqualTo(settings.decodeBatch());
        }
        tally = tally.plus(new Tally(0, 0, 0, 0, 0, 0, plan.blocks().copies().size(), 0, 0, 0, 0));
    }

    private void started(SequenceStart start) {
        Choice choice = choice(start.sequenceId());
        RequestSpec spec = choice.request.spec;
        for (Choice waiting : live.values()) {
            if (waiting != choice && !running.containsKey(waiting.id) && isEligible(waiting)) {
                checkOrder(choice, waiting);
            }
        }
        choice.started = true;
        running.put(choice.id, choice);
        boolean needsHistory =
                spec.sampling().needsHistory() || start.promptLogprobs() != SamplingParameters.NO_LOGPROBS;
        assertThat(start.history()).isEqualTo(needsHistory ? choice.trueIds.subList(0, choice.tokens) : List.of());
        assertThat(start.promptLogprobs())
                .isIn(SamplingParameters.NO_LOGPROBS, spec.sampling().promptLogprobs());
        if (start.promptLogprobs() != SamplingParameters.NO_LOGPROBS) {
            assertThat(start.cachedTokens()).isZero();
        }
        tally = tally.plus(new Tally(0, 0, start.cachedTokens(), 0, 0, 0, 0, 0, 0, 0, 0));
    }

    /** Not parked: it is the only choice, or its prompt is there, since another choice has sampled from it. */
    private static boolean isEligible(Choice choice) {
        return choice.request.spec.choices() == 1
                || choice.request.choices.stream().anyMatch(Choice::hasGenerated);
    }

    private void checkOrder(Choice admitted, Choice waiting) {
        boolean sameClass =
                (isInteractive(admitted) && isInteractive(waiting)) || (isBatch(admitted) && isBatch(waiting));
        if (sameClass) {
            assertThat(admitted.id).as("first come, first served").isLessThan(waiting.id);
        }
        assertThat(isBatch(admitted) && isInteractive(waiting))
                .as("batch sequence %d before interactive sequence %d", admitted.id, waiting.id)
                .isFalse();
    }

    private static boolean isInteractive(Choice choice) {
        return choice.request.spec.priority() == Priority.INTERACTIVE;
    }

    /** Surely: it has not lived long enough to have waited too long. */
    private boolean isBatch(Choice choice) {
        return !isInteractive(choice)
                && nowNanos - choice.request.addedNanos
                        < settings.batchPatience().toNanos();
    }

    /**
     * A round is the time in which all steps come back that were in flight at its beginning. A running interactive
     * sequence has part in a step in each so many rounds.
     */
    private void checkProgress(Choice choice) {
        if (!running.containsKey(choice.id) || !isInteractive(choice)) {
            return;
        }
        long rounds = round - choice.progressRound;
        int most = choice.hasGenerated()
                ? 2 * settings.maxRunning() + 4
                : 2 * settings.maxRunning() + 4 + settings.maxRunning() * MOST_TOKENS;
        if (rounds > most) {
            fail("sequence %d has waited for %d rounds".formatted(choice.id, rounds));
        }
        longestRounds = Math.max(longestRounds, rounds);
    }

    private void checkEnd() {
        SchedulerStatus status = scheduler.status();
        assertThat(status.kvGroups()).extracting(KvUsage::usedBlocks).containsOnly(0);
        assertThat(status.runningSequences() + status.waitingSequences()).isZero();
        while (pipeline.work()) {
            assertThat(pipeline.idle()).isTrue();
        }
        assertThat(pipeline.sequencesLeft()).isZero();
        choices.values().stream().map(choice -> choice.request).distinct().forEach(ModelRequest::checkRows);
        for (Choice choice : choices.values()) {
            assertThat(choice.released().rows())
                    .as("rows of sequence %d as the last stage counts them", choice.id)
                    .isEqualTo(pipeline.counts(choice.id));
        }
        tally = tally.plus(new Tally(0, status.preemptions(), 0, 0, 0, 0, 0, 0, 0, 0, longestRounds));
    }
}
