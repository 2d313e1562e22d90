package dev.molink.bench.engine;

import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One decode step's way through two stages that compute nothing, over a real connection on this machine: plan encoded,
 * sent and read, hidden state out and in, both loops, sampling from 64 logits, the outcome. With {@code -prof gc} the
 * heap that all of that takes, on all threads of both stages; what the head plans with is not in it.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java --add-modules jdk.incubator.vector -jar bench/target/molink-bench-0.1.0.jar DecodeStep -prof gc
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodeStepBenchmark {

    private static final int BLOCK_TOKENS = 16;

    @Param("64")
    int sequences;

    @Param({"256", "4096"})
    int hiddenSize;

    private @Nullable TwoStages stages;
    private long nextStep;

    @Setup(Level.Trial)
    public void start() throws Exception {
        stages = new TwoStages(hiddenSize, Duration.ZERO, null);
        List<SequenceStart> starts = new ArrayList<>();
        for (int i = 0; i < sequences; i++) {
            starts.add(SequenceStart.plain(i, "r" + i, 0, 1, SamplingParameters.plain(0, 0, List.of())));
        }
        step(starts);
    }

    @TearDown(Level.Trial)
    public void stop() throws IOException {
        Objects.requireNonNull(stages).close();
    }

    @Benchmark
    public StepOutcome step() throws InterruptedException {
        return step(List.of());
    }

    /** As in real decoding, one of sixteen sequences gets another block in each step. */
    private StepOutcome step(List<SequenceStart> starts) throws InterruptedException {
        List<SequenceRows> rows = new ArrayList<>(sequences);
        List<BlockAppend> appends = new ArrayList<>();
        for (int i = 0; i < sequences; i++) {
            rows.add(SequenceRows.fresh(i, (int) nextStep, 1, true, List.of(i)));
            if ((nextStep + i) % BLOCK_TOKENS == 0) {
                appends.add(new BlockAppend(i, 0, List.of((int) nextStep % 10_000)));
            }
        }
        Objects.requireNonNull(stages)
                .plan(new StepPlan(
                        TwoStages.EPOCH,
                        nextStep++,
                        StepKind.DECODE,
                        rows,
                        starts,
                        BlockChanges.appending(appends),
                        List.of(),
                        List.of()));
        return stages.awaitOutcome();
    }
}
