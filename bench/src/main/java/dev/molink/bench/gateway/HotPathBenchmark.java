package dev.molink.bench.gateway;

import dev.molink.bench.parts.HotPath;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What money adds to a request, on the thread that answers it: the key's verification, its price, the admission with five
 * limits and a hard budget, the lease, and the handing in of the usage record, which another thread writes to H2 meanwhile.
 * Run: {@code java -jar bench/target/molink-bench-0.1.0.jar HotPathBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(1)
public class HotPathBenchmark {

    @SuppressWarnings("NullAway.Init") // JMH calls start before any benchmark
    private HotPath path;

    @Setup(Level.Trial)
    public void start() throws IOException {
        path = HotPath.start(Files.createTempDirectory("molink-bench"));
    }

    @TearDown(Level.Trial)
    public void stop() {
        path.close();
    }

    /** Requests come no faster than their records are written: as a gateway under load, not as one that is flooded. */
    @Setup(Level.Invocation)
    public void awaitRoom() {
        path.awaitRoom();
    }

    @Benchmark
    public Object authentication() {
        return path.verify();
    }

    @Benchmark
    public Object admission() throws InterruptedException {
        return path.admitAndEnd();
    }

    @Benchmark
    public Object everything() throws InterruptedException {
        return path.everything();
    }
}
