package dev.molink.bench.kernels;

import dev.molink.kernels.DType;
import dev.molink.kernels.Linear;
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
 * A step's matrix product, {@code [2048, 2048]} weights and {@code tokens} rows of input, on one thread. The weights
 * rotate through {@code matrices} copies, because a decode step touches every weight once and finds none in a cache.
 * Tokens per second are {@code tokens} divided by the time that is printed.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java --add-modules jdk.incubator.vector -jar bench/target/molink-bench-0.1.0.jar MatrixProduct -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MatrixProductBenchmark {

    @Param("2048")
    int size;

    @Param({"BF16", "Q8_0"})
    DType dtype = DType.BF16;

    @Param({"1", "8"})
    int tokens;

    @Param({"cpu:vector"})
    String device = "cpu:vector";

    @Param("16")
    int matrices;

    private final Arena arena = Arena.ofShared();
    private final StepBatch batch = new StepBatch();

    @SuppressWarnings("NullAway.Init") // JMH calls setUp before any benchmark
    private Operands operands;

    private int next;

    private record Operands(TensorOps ops, List<Linear> weights, Tensor input, Tensor hidden) {}

    /** Fills weights and inputs with small random numbers. */
    @Setup(Level.Trial)
    public void setUp() {
        Random random = new Random(1);
        TensorOps ops = TensorOpsProvider.open(device, 1);
        Tensor input = ops.activation(tokens, size);
        MemorySegment values = arena.allocate((long) tokens * size * Float.BYTES);
        for (int i = 0; i < tokens * size; i++) {
            values.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
        }
        ops.copyFromHost(values, input, tokens);
        List<Linear> weights = random.ints(matrices)
                .mapToObj(seed -> new Linear(ops.matrix(stored(new Random(seed)), dtype, size, size), null))
                .toList();
        operands = new Operands(ops, weights, input, ops.activation(tokens, size));
        for (int sequence = 0; sequence < tokens; sequence++) {
            batch.addSequence(List.of(sequence));
            batch.addRow(0, 0);
        }
    }

    private MemorySegment stored(Random random) {
        byte[] bytes = new byte[Math.toIntExact(size * dtype.bytes(size))];
        random.nextBytes(bytes);
        for (int i = dtype == DType.F32 ? 3 : 1; i < bytes.length; i += dtype.blockBytes()) {
            bytes[i] &= (byte) 0xBF;
        }
        MemorySegment data = arena.allocate(bytes.length, 64);
        MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return data;
    }

    @Benchmark
    public Tensor addProjection() {
        operands.ops().begin(batch);
        operands.ops().addProjection(operands.weights().get(next), operands.input(), operands.hidden());
        operands.ops().synchronize();
        next = (next + 1) % matrices;
        return operands.hidden();
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        operands.ops().close();
        arena.close();
    }
}
