package dev.molink.bench.execution;

import dev.molink.kernels.KvCacheShape;
import dev.molink.kernels.TensorOpsProvider;
import dev.molink.stagenode.execution.DecoderStages;
import dev.molink.stagenode.execution.FinalRows;
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

/**
 * A prefill piece through the first layers of a model, its rows leaving at once or in ranges: what the ranges cost where
 * nobody waits for them. With one layer all of the stage is computed in tiles, which is the worst case.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
 *     -jar bench/target/molink-bench-0.1.0.jar RowRangesBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RowRangesBenchmark {

    private static final int ANY_TOKEN = 7;
    private static final FinalRows NOBODY = (_, _, _) -> {};

    @Param("models/molink-demo")
    String model = "";

    @Param({"1", "4"})
    int layers;

    @Param({"128", "512"})
    int rows;

    @Param("1")
    int threads;

    @SuppressWarnings("NullAway.Init") // JMH calls setUp before any benchmark
    private StageExecutor stage;

    @SuppressWarnings("NullAway.Init")
    private StepPlan plan;

    @Setup(Level.Trial)
    public void setUp() {
        ModelFiles files = ModelFiles.open(ModelSource.of(model), _ -> {
            throw new IllegalArgumentException("the model must be a folder or a file: " + model);
        });
        stage = DecoderStages.open(TensorOpsProvider.open("cpu:vector", threads), files.map(new LayerRange(0, layers)));
        int groups = stage.kvGroups().size();
        int blocks = Math.ceilDiv(rows, KvCacheShape.BLOCK_TOKENS);
        stage.prepare(Collections.nCopies(groups, blocks));
        List<Integer> ids = IntStream.range(0, blocks).boxed().toList();
        stage.execute(
                piece(IntStream.range(0, groups)
                        .mapToObj(group -> new BlockAppend(0, group, ids))
                        .toList()),
                null);
        plan = piece(List.of());
    }

    private StepPlan piece(List<BlockAppend> appends) {
        List<SequenceRows> sequences =
                List.of(SequenceRows.fresh(0, 0, rows, false, Collections.nCopies(rows, ANY_TOKEN)));
        return new StepPlan(
                1, 1, StepKind.PREFILL, sequences, List.of(), BlockChanges.appending(appends), List.of(), List.of());
    }

    @Benchmark
    public StageOutput atOnce() {
        return stage.execute(plan, null);
    }

    @Benchmark
    public StageOutput inRanges() {
        return stage.execute(plan, null, NOBODY);
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        stage.close();
    }
}
