package dev.molink.bench.execution;

import dev.molink.kernels.KvCacheShape;
import dev.molink.kernels.TensorOpsProvider;
import dev.molink.stagenode.execution.DecoderStages;
import dev.molink.stagenode.execution.KvDtype;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * One decode step of a whole model in one stage: a token of each sequence, behind {@code context} others. Under the GC
 * profiler {@code gc.alloc.rate.norm} is what a step allocates on the heap: nothing beyond the 0.01 MB/s of JMH itself, which
 * a step of some milliseconds shows as some ten bytes.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
 *     -cp bench/target/molink-bench-0.1.0.jar dev.molink.bench.execution.ExecutorBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class ExecutorBenchmark {

    private static final int ANY_TOKEN = 7;
    private static final int PIECE = 16;

    @Param("models/molink-demo")
    String model = "";

    @Param({"1", "8", "64"})
    int sequences;

    @Param({"1", "2"})
    int threads;

    @Param("100")
    int context;

    @Param({"F32", "BF16"})
    KvDtype kvDtype = KvDtype.F32;

    @SuppressWarnings("NullAway.Init") // JMH calls setUp before any benchmark
    private StageExecutor stage;

    @SuppressWarnings("NullAway.Init")
    private StepPlan plan;

    /** Runs all cases under the GC profiler and prints them. */
    public static void main(String[] arguments) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(ExecutorBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }

    /**
     * Loads the model and fills every sequence's blocks, which lie as they do where sequences grow side by side. Memory
     * that was never written would be a single page of zeros, which every cache holds.
     */
    @Setup(Level.Trial)
    public void setUp() {
        ModelFiles files = ModelFiles.open(ModelSource.of(model), _ -> {
            throw new IllegalArgumentException("the model must be a folder or a file: " + model);
        });
        stage = DecoderStages.open(
                TensorOpsProvider.open("cpu:vector", threads),
                files.map(new LayerRange(0, files.config().layers())),
                kvDtype);
        int blocks = context / KvCacheShape.BLOCK_TOKENS + 1;
        stage.prepare(List.of(blocks * sequences));
        List<BlockAppend> appends = new ArrayList<>();
        for (int sequence = 0; sequence < sequences; sequence++) {
            int first = sequence;
            List<Integer> ids = IntStream.range(0, blocks)
                    .mapToObj(block -> first + block * sequences)
                    .toList();
            appends.add(new BlockAppend(sequence, 0, ids));
        }
        stage.execute(step(0, 1, appends), null);
        for (int position = 1; position < context; position += PIECE) {
            stage.execute(step(position, Math.min(PIECE, context - position), List.of()), null);
        }
        plan = step(context, 1, List.of());
    }

    private StepPlan step(int position, int count, List<BlockAppend> appends) {
        List<Integer> tokens = Collections.nCopies(count, ANY_TOKEN);
        List<SequenceRows> rows = IntStream.range(0, sequences)
                .mapToObj(sequence -> SequenceRows.fresh(sequence, position, count, true, tokens))
                .toList();
        return new StepPlan(
                1, 1, StepKind.DECODE, rows, List.of(), BlockChanges.appending(appends), List.of(), List.of());
    }

    @Benchmark
    public StageOutput step() {
        return stage.execute(plan, null);
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        stage.close();
    }
}
