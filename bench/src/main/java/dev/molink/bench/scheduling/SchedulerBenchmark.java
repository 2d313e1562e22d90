package dev.molink.bench.scheduling;

import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepOutcome.Sampled;
import dev.molink.stagenode.plan.StepOutcome.SampledToken;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.scheduling.PipelineFacts;
import dev.molink.stagenode.scheduling.Priority;
import dev.molink.stagenode.scheduling.RequestSpec;
import dev.molink.stagenode.scheduling.Scheduler;
import dev.molink.stagenode.scheduling.SchedulerSettings;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The scheduler's part of a decode step in which {@code sequences} sequences take part: taking the outcome and planning
 * the next step. Sequences that reach their length are replaced by new ones with a prompt of 64 ids, whose admission and
 * prefill are part of the time.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java -jar bench/target/molink-bench-0.1.0.jar SchedulerBenchmark -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SchedulerBenchmark {

    private static final int PROMPT_TOKENS = 64;
    private static final int MAX_TOKENS = 1024;
    private static final long STEP_NANOS = 10_000_000;

    @Param({"64", "256"})
    int sequences;

    @Param({"1", "4"})
    int decodeGroups;

    private final Queue<StepPlan> inFlight = new ArrayDeque<>();

    @SuppressWarnings("NullAway.Init") // JMH calls setUp before any benchmark
    private Scheduler scheduler;

    private long nextId;
    private long nowNanos;

    /** Admits all sequences and lets them decode for a while, each from another length on. */
    @Setup(Level.Trial)
    public void setUp() {
        SchedulerSettings settings = new SchedulerSettings(
                sequences,
                sequences,
                sequences,
                8192,
                sequences,
                Duration.ofSeconds(30),
                new BatchingOption.Fixed(decodeGroups),
                new SpeculationOption.Off());
        int blocks = sequences * (MAX_TOKENS / 16 + 2);
        scheduler = new Scheduler(
                settings, new PipelineFacts(1, 2, List.of(KvGroup.full(blocks)), 2048, ActivationCodec.F32));
        for (int i = 0; i < sequences; i++) {
            add(PROMPT_TOKENS + 2 + (MAX_TOKENS - PROMPT_TOKENS) * (i + 1) / (sequences + 2));
        }
        plan();
    }

    private void add(int maxTokens) {
        SamplingParameters greedy = SamplingParameters.plain(0, 0, List.of());
        scheduler.add(new RequestSpec(
                "request " + nextId,
                nextId,
                1,
                prompt(nextId),
                List.of(),
                maxTokens,
                RequestSpec.Sampling.free(greedy),
                Priority.INTERACTIVE,
                "",
                RequestSpec.TimeLimits.NONE));
        nextId++;
    }

    private static List<Integer> prompt(long id) {
        return IntStream.range(0, PROMPT_TOKENS)
                .mapToObj(i -> (int) ((id * 31 + i) % 1000))
                .toList();
    }

    private void plan() {
        for (Optional<StepPlan> plan = scheduler.nextPlan(); plan.isPresent(); plan = scheduler.nextPlan()) {
            inFlight.add(plan.get());
        }
    }

    /** One step comes back, and what follows it is planned. Time per step of {@code sequences ÷ decodeGroups} rows. */
    @Benchmark
    public int completeAndPlan() {
        StepPlan step = inFlight.remove();
        nowNanos += STEP_NANOS;
        scheduler.tick(nowNanos);
        scheduler.complete(outcome(step));
        while (scheduler.status().runningSequences() + scheduler.status().waitingSequences() < sequences) {
            add(MAX_TOKENS);
        }
        plan();
        return inFlight.size();
    }

    private static Sampled outcome(StepPlan step) {
        List<SampledToken> tokens = new ArrayList<>(step.rows().size());
        for (SequenceRows rows : step.rows()) {
            if (rows.sample()) {
                int position = rows.firstPosition() + rows.tokenCount();
                tokens.add(new SampledToken(rows.sequenceId(), position, position % 1000));
            }
        }
        return new Sampled(step.epoch(), step.stepId(), tokens);
    }
}
