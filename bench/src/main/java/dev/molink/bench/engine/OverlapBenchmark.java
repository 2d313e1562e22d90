package dev.molink.bench.engine;

import dev.molink.bench.relay.LinkShape;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
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
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Prefill pieces that follow each other through two stages which compute for as long as the link between them takes to
 * carry a piece: 60 ms each. One after the other, computing and wire are 120 ms a piece; where they overlap it is little
 * more than 60 ms. {@code inFlight} 1 waits for each piece before the next, for comparison; with pieces and links like
 * these the scheduler has 4 in flight.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java --add-modules jdk.incubator.vector -jar bench/target/molink-bench-0.1.0.jar Overlap
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class OverlapBenchmark {

    private static final int PIECES = 16;
    private static final int ROWS = 64;
    private static final int HIDDEN_SIZE = 1024;
    private static final Duration COMPUTE = Duration.ofMillis(60);

    /** Carries one piece, 256 KiB, in 60 ms. */
    private static final LinkShape LINK =
            new LinkShape((double) ROWS * HIDDEN_SIZE * Float.BYTES / 0.060, Duration.ofMillis(1));

    @Param({"1", "2", "4", "8"})
    int inFlight;

    private @Nullable TwoStages stages;
    private long nextStep;

    @Setup(Level.Trial)
    public void start() throws Exception {
        stages = new TwoStages(HIDDEN_SIZE, COMPUTE, LINK);
    }

    @TearDown(Level.Trial)
    public void stop() throws IOException {
        Objects.requireNonNull(stages).close();
    }

    @Benchmark
    @OperationsPerInvocation(PIECES)
    public StepOutcome pieces() throws InterruptedException {
        TwoStages pipeline = Objects.requireNonNull(stages);
        for (int sent = 0; sent < inFlight; sent++) {
            pipeline.plan(piece());
        }
        for (int done = 1; done < PIECES; done++) {
            pipeline.awaitOutcome();
            if (done + inFlight <= PIECES) {
                pipeline.plan(piece());
            }
        }
        return pipeline.awaitOutcome();
    }

    /** Of a sequence of its own, so that nothing but the stages' own order holds it up. */
    private StepPlan piece() {
        long step = nextStep++;
        SequenceStart start = SequenceStart.plain(step, "r" + step, 0, ROWS, SamplingParameters.plain(0, 0, List.of()));
        return new StepPlan(
                TwoStages.EPOCH,
                step,
                StepKind.PREFILL,
                List.of(SequenceRows.fresh(step, 0, ROWS, false, Collections.nCopies(ROWS, 1))),
                List.of(start),
                BlockChanges.NONE,
                List.of(),
                List.of());
    }
}
