package dev.molink.bench.codec;

import dev.molink.stagenode.codec.ActivationCodec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Encoding and decoding of hidden states on one thread. With {@code elements} × 4 bytes of f32, a case of {@code rows} ×
 * {@code hiddenSize} that takes t µs moves {@code rows · hiddenSize · 4 / 1000 / t} GB/s of f32. What goes out to the
 * wire lies on the heap, where messages are built, and hidden states outside of it.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
 *     -cp bench/target/molink-bench-0.1.0.jar dev.molink.bench.codec.CodecBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class CodecBenchmark {

    @Param({"F32", "BF16", "INT8"})
    ActivationCodec codec = ActivationCodec.F32;

    @Param({"1", "256"})
    int rows;

    @Param("4096")
    int hiddenSize;

    private final Arena arena = Arena.ofShared();

    @SuppressWarnings("NullAway.Init") // JMH calls setUp before any benchmark
    private MemorySegment values;

    @SuppressWarnings("NullAway.Init")
    private MemorySegment decoded;

    @SuppressWarnings("NullAway.Init")
    private MemorySegment encoded;

    /** Runs all cases under the GC profiler and prints them. */
    public static void main(String[] arguments) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(CodecBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
    }

    @Setup(Level.Trial)
    public void setUp() {
        long elements = (long) rows * hiddenSize;
        values = arena.allocate(elements * Float.BYTES, 64);
        decoded = arena.allocate(elements * Float.BYTES, 64);
        Random random = new Random(1);
        for (long i = 0; i < elements; i++) {
            values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
        }
        encoded = MemorySegment.ofArray(new byte[Math.toIntExact(rows * codec.rowBytes(hiddenSize))]);
        encode();
        decode();
        requireClose(elements);
    }

    /** A fast wrong answer is none. */
    private void requireClose(long elements) {
        for (long i = 0; i < elements; i++) {
            float value = values.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            float read = decoded.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            if (Math.abs(value - read) > 0.03) {
                throw new IllegalStateException("element %d: %s came back as %s".formatted(i, value, read));
            }
        }
    }

    @Benchmark
    public MemorySegment encode() {
        codec.encode(values, rows, hiddenSize, encoded);
        return encoded;
    }

    @Benchmark
    public MemorySegment decode() {
        codec.decode(encoded, rows, hiddenSize, decoded);
        return decoded;
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        arena.close();
    }
}
