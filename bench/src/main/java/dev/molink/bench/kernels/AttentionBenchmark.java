package dev.molink.bench.kernels;

import dev.molink.kernels.AttentionShape;
import dev.molink.kernels.AttentionWeights;
import dev.molink.kernels.DType;
import dev.molink.kernels.KvCache;
import dev.molink.kernels.KvCacheShape;
import dev.molink.kernels.Linear;
import dev.molink.kernels.PairLayout;
import dev.molink.kernels.RmsNorm;
import dev.molink.kernels.StepBatch;
import dev.molink.kernels.Tensor;
import dev.molink.kernels.TensorOps;
import dev.molink.kernels.TensorOpsProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
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
 * Attention of one layer on one thread: the last {@code rows} positions of a sequence of {@code context}, which is a
 * prefill piece, or one decode step where {@code rows} is 1.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java --add-modules jdk.incubator.vector -jar bench/target/molink-bench-0.1.0.jar AttentionBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AttentionBenchmark {

    private static final int HIDDEN = 64;

    @Param("1000")
    int context;

    @Param({"1", "256"})
    int rows;

    @Param("8")
    int heads;

    @Param({"8", "2"})
    int kvHeads;

    @Param("64")
    int headWidth;

    @Param({"F32", "BF16"})
    DType kvDtype = DType.F32;

    @Param({"cpu:vector"})
    String device = "cpu:vector";

    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(1);

    @SuppressWarnings("NullAway.Init") // JMH calls setUp before any benchmark
    private Operands operands;

    private record Operands(
            TensorOps ops, AttentionShape shape, KvCache cache, Tensor queries, Tensor attended, StepBatch batch) {}

    /** Fills the cache and the queries from random hidden states. */
    @Setup(Level.Trial)
    public void setUp() {
        TensorOps ops = TensorOpsProvider.open(device, 1);
        AttentionShape shape = new AttentionShape(heads, kvHeads, headWidth, 0.1f, 0, PairLayout.HALVES);
        int blocks = context / KvCacheShape.BLOCK_TOKENS + 1;
        KvCache cache = ops.kvCache(KvCacheShape.full(1, blocks, kvHeads, headWidth, kvDtype));
        Tensor queries = ops.activation(context, shape.queryColumns());
        Tensor hidden = ops.activation(context, HIDDEN);
        ops.copyFromHost(floats(context * HIDDEN), hidden, context);
        AttentionWeights weights = new AttentionWeights(
                shape,
                new RmsNorm(matrix(ops, 1), 1e-6f),
                new Linear(matrix(ops, shape.queryColumns()), null),
                new Linear(matrix(ops, shape.keyColumns()), null),
                new Linear(matrix(ops, shape.keyColumns()), null),
                null,
                null);
        ops.begin(batch(0, blocks));
        ops.projectQueriesKeysValues(weights, hidden, hidden, cache, 0, queries);
        Tensor attended = ops.activation(rows, shape.queryColumns());
        operands = new Operands(ops, shape, cache, queries, attended, batch(context - rows, blocks));
    }

    private StepBatch batch(int firstPosition, int blocks) {
        StepBatch batch = new StepBatch();
        batch.addSequence(List.copyOf(
                IntStream.range(0, blocks).map(i -> blocks - 1 - i).boxed().toList()));
        for (int position = firstPosition; position < context; position++) {
            batch.addRow(0, position);
        }
        return batch;
    }

    private Tensor matrix(TensorOps ops, int outputs) {
        return ops.weights(floats(outputs * HIDDEN), DType.F32, outputs, HIDDEN);
    }

    private MemorySegment floats(int count) {
        MemorySegment values = arena.allocate((long) count * Float.BYTES, Long.BYTES);
        for (int i = 0; i < count; i++) {
            values.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
        }
        return values;
    }

    @Benchmark
    public Tensor attend() {
        operands.ops().begin(operands.batch());
        operands.ops().attend(operands.shape(), operands.queries(), operands.cache(), 0, operands.attended());
        operands.ops().synchronize();
        return operands.attended();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        operands.ops().close();
        arena.close();
    }
}
