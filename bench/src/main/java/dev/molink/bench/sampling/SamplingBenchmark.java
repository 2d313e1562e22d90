package dev.molink.bench.sampling;

import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SamplingParameters.Filters;
import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import dev.molink.stagenode.plan.SamplingParameters.TokenRules;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.SequenceStart;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.sampling.SamplingDesk;
import dev.molink.stagenode.sampling.TokenConstraint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
 * A decode step of one sequence at the sampling desk: a token from a row of logits over the vocabulary of Qwen 2.5. The
 * rows, normally distributed, rotate, because a step finds its logits in no near cache.
 *
 * <pre>
 * ./mvnw -q -pl bench -am -Dfast -Dmaven.test.skip=true package
 * java --add-modules jdk.incubator.vector -jar bench/target/molink-bench-0.1.0.jar Sampling -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SamplingBenchmark {

    private static final int VOCABULARY = 151_936;
    private static final int ROWS = 8;
    private static final int HISTORY = 2_000;
    private static final float SPREAD = 3;

    /** What a request asks for. */
    public enum Request {
        GREEDY,
        TEMPERATURE,
        TOP_P,
        TOP_K_TOP_P,
        TOP_K_1000,
        MIN_P,
        TYPICAL_P,
        PENALTIES,
        LOGPROBS,
        GRAMMAR_FEW,
        GRAMMAR_MOST,
        GRAMMAR_HALF;

        private SamplingParameters parameters() {
            Penalties penalties = this == PENALTIES ? new Penalties(1.1f, 0.2f, 0.3f) : Penalties.OFF;
            int logprobs = this == LOGPROBS ? 20 : SamplingParameters.NO_LOGPROBS;
            float temperature = this == GREEDY || grammar() != null ? 0 : 0.8f;
            return new SamplingParameters(
                    temperature, filters(), penalties, TokenRules.stoppingAt(List.of(VOCABULARY - 1)), 1, logprobs);
        }

        private Filters filters() {
            return switch (this) {
                case TOP_P, PENALTIES, LOGPROBS -> new Filters(0, 0.95f, 0, 1);
                case TOP_K_TOP_P -> new Filters(50, 0.95f, 0, 1);
                case TOP_K_1000 -> new Filters(1_000, 1, 0, 1);
                case MIN_P -> new Filters(0, 1, 0.05f, 1);
                case TYPICAL_P -> new Filters(0, 1, 0, 0.9f);
                case GREEDY, TEMPERATURE, GRAMMAR_FEW, GRAMMAR_MOST, GRAMMAR_HALF -> Filters.OFF;
            };
        }

        private @Nullable String grammar() {
            return name().startsWith("GRAMMAR") ? name() : null;
        }
    }

    /** A few hundred ids, as between two members of an object; all but some, as in a string; every other one. */
    private static final class Mask implements TokenConstraint {

        private final long[] words = new long[VOCABULARY / Long.SIZE];

        Mask(String request) {
            Random random = new Random(2);
            for (int id = 0; id < VOCABULARY; id++) {
                boolean few = random.nextInt(500) == 0;
                boolean in = switch (request) {
                    case "GRAMMAR_FEW" -> few;
                    case "GRAMMAR_MOST" -> !few;
                    default -> random.nextBoolean();
                };
                words[id / Long.SIZE] |= in ? 1L << id : 0;
            }
        }

        @Override
        public long[] allowed() {
            return words;
        }

        @Override
        public TokenConstraint accept(int tokenId) {
            return this;
        }
    }

    @Param
    Request request = Request.GREEDY;

    private final Arena arena = Arena.ofShared();
    private final SamplingDesk desk = new SamplingDesk("bench", hash -> Optional.of(new Mask(hash)));
    private final StageOutput.Logits[] rows = new StageOutput.Logits[ROWS];
    private int step;

    /** Fills the rows and starts the sequence. */
    @Setup(Level.Trial)
    public void setUp() {
        Random random = new Random(1);
        for (int row = 0; row < ROWS; row++) {
            MemorySegment values = arena.allocate(VOCABULARY * Float.BYTES, 64);
            for (int id = 0; id < VOCABULARY; id++) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, id, (float) (SPREAD * random.nextGaussian()));
            }
            rows[row] = new StageOutput.Logits(values, 1, VOCABULARY, new int[1]);
        }
        List<Integer> history = random.ints(HISTORY, 0, VOCABULARY).boxed().toList();
        desk.start(new SequenceStart(
                1,
                "r",
                0,
                HISTORY / 2,
                0,
                request.parameters(),
                history,
                SamplingParameters.NO_LOGPROBS,
                request.grammar()));
    }

    /** The token of the next position. */
    @Benchmark
    public StepOutcome sample() {
        int position = HISTORY + step;
        StageOutput.Logits logits = rows[step++ % ROWS];
        return desk.sample(
                new StepPlan(
                        1,
                        step,
                        StepKind.DECODE,
                        List.of(SequenceRows.fresh(1, position - 1, 1, true, List.of())),
                        List.of(),
                        BlockChanges.NONE,
                        List.of(),
                        List.of()),
                logits);
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        arena.close();
    }
}
