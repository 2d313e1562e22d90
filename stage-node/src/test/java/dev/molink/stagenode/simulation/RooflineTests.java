package dev.molink.stagenode.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molink.stagenode.model.PublishedModels;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.model.architecture.SlidingWindow;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RooflineTests {

    private static final ModelConfig QWEN3_14B = PublishedModels.config("qwen3-14b");

    /** Rounded by hand from docs/simulated-devices.md: a layer has 62.9 and 267.4 million weights. */
    private static final double LAYER_WEIGHTS = 330_301_440;

    private static final double VOCABULARY_WEIGHTS = 151_936.0 * 5120;
    private static final long LAUNCHES_OF_13 = 300_000 + 13 * 15_000;
    private static final Offset<Long> ROUNDING = within(1L);

    private final DeviceProfile rtx4090 = DeviceProfiles.of("rtx4090");
    private final Roofline middle = new Roofline(rtx4090, QWEN3_14B, new LayerRange(13, 26));
    private final Roofline first = new Roofline(rtx4090, QWEN3_14B, new LayerRange(0, 13));
    private final Roofline last = new Roofline(rtx4090, QWEN3_14B, new LayerRange(27, 40));

    @Nested
    class OfQwen3On4090s {

        @Test
        void aDecodeStepOfAThirdOfTheModelReadsTenMillisecondsOfWeights() {
            long nanos = middle.stepNanos(plan(decode(1, 0)));

            // 13 layers × 330.3 million × 2 bytes ÷ (0.85 × 1008 GB/s) = 10.02 ms, and one position's KV.
            assertThat(nanos - LAUNCHES_OF_13).isCloseTo(10_023_215L, within(1_000L));
        }

        @Test
        void aContextCostsWhatItsKeysAndValuesTake() {
            long short1 = middle.stepNanos(plan(decode(1, 0)));
            long long1 = middle.stepNanos(plan(decode(1, 4000)));

            // 4000 positions × 13 layers × 2 × 8 heads × 128 × 2 bytes = 213 MB ÷ 856.8 GB/s.
            assertThat(long1 - short1).isCloseTo(248_590L, within(2L));
        }

        @Test
        void sixtyFourSequencesShareTheWeights() {
            long one = middle.stepNanos(plan(decode(1, 0)));
            StepPlan batch =
                    plan(IntStream.range(0, 64).mapToObj(id -> decode(id, 0)).toArray(SequenceRows[]::new));

            // 64 rows × 2 operations a weight take 5.5 ms at 99 TFLOP/s: still less than reading it.
            assertThat(middle.stepNanos(batch)).isCloseTo(one, within(10_000L));
        }

        @Test
        void aPrefillPieceComputes() {
            long nanos = middle.stepNanos(plan(piece(1, 0, 1024)));

            // Products: 1024 × 2 × 13 × 330.3 million = 8.794 TFLOP at 99.12 TFLOP/s: 88.72 ms.
            // Attention: 1024 × 1025 ÷ 2 pairs × 4 × 5120 × 13 = 0.1397 TFLOP: 1.41 ms.
            assertThat(nanos - LAUNCHES_OF_13).isCloseTo(90_129_825L, within(20_000L));
        }

        @Test
        void theHeadIsPaidForOnTheLastStageByRowsThatAreSampled() {
            long silent = last.stepNanos(plan(SequenceRows.fresh(1, 0, 512, false, List.of())));
            long sampled = last.stepNanos(plan(SequenceRows.fresh(1, 0, 512, true, List.of())));

            // 151,936 × 5120 × 2 bytes ÷ 856.8 GB/s, for one row.
            assertThat(sampled - silent).isCloseTo(1_815_855L, within(2L));
            assertThat(silent).isEqualTo(middle.stepNanos(plan(SequenceRows.fresh(1, 0, 512, false, List.of()))));
            assertThat(last.stepNanos(plan(piece(1, 0, 512)), 512) - silent)
                    .isCloseTo(nanosOfComputing(2 * 512 * VOCABULARY_WEIGHTS), ROUNDING);
        }

        @Test
        void theFirstStageReadsOneRowOfTheEmbeddingPerToken() {
            StepPlan plan = plan(piece(1, 0, 1024));

            assertThat(first.stepNanos(plan) - middle.stepNanos(plan)).isCloseTo(nanosOfReading(1024 * 5120), ROUNDING);
        }

        @Test
        void aStepWithoutRowsTakesNoTime() {
            assertThat(last.stepNanos(plan())).isZero();
        }
    }

    @Test
    void aWindowBoundsWhatIsSeen() {
        ModelConfig windowed = windowed(List.of(13, 15));
        Roofline some = new Roofline(rtx4090, windowed, new LayerRange(13, 26));
        long full = middle.stepNanos(plan(decode(1, 4000)));

        // Two of the 13 layers read 1023 positions and their own instead of 4000.
        long saved = nanosOfReading(2.0 * (4000 - 1023) * 2 * 8 * 128);
        assertThat(full - some.stepNanos(plan(decode(1, 4000)))).isCloseTo(saved, within(2L));
    }

    @Test
    void pairsOfRowsAndPositionsAgreeWithCountingThem() {
        long seed = 20_261_121;
        SplittableRandom random = new SplittableRandom(seed);
        ModelConfig model = windowed(IntStream.range(0, 40).boxed().toList());
        // So slow at computing that nothing else shows.
        DeviceProfile slow = new DeviceProfile("slow", 1e15, 1e6, 1L << 40, 0, 0);
        Roofline roofline = new Roofline(slow, model, new LayerRange(20, 21));

        for (int run = 0; run < 200; run++) {
            int position = random.nextInt(3000);
            int count = random.nextInt(1, 2000);
            double pairs = 0;
            for (int i = 0; i < count; i++) {
                pairs += Math.min(1024, position + i + 1);
            }
            double operations = 2.0 * count * LAYER_WEIGHTS + 4 * pairs * 5120;

            double seconds = roofline.stepNanos(plan(piece(1, position, count))) / 1e9;

            assertThat(seconds * 1e6).as("seed %d, run %d", seed, run).isCloseTo(operations, within(operations * 1e-9));
        }
    }

    private static ModelConfig windowed(List<Integer> layers) {
        ModelConfig c = QWEN3_14B;
        return new ModelConfig(
                c.architecture(),
                c.layers(),
                c.hiddenSize(),
                c.intermediateSize(),
                c.attentionHeads(),
                c.keyValueHeads(),
                c.headDim(),
                c.vocabularySize(),
                c.normEpsilon(),
                c.rotary(),
                c.pairLayout(),
                c.biases(),
                c.queryKeyNorm(),
                c.tiedEmbeddings(),
                c.maxPositions(),
                new SlidingWindow(1024, layers),
                c.beginTokenId(),
                c.endTokenIds());
    }

    private static long nanosOfReading(double elements) {
        return Math.round(elements * 2 / (0.85 * 1008));
    }

    private static long nanosOfComputing(double operations) {
        return Math.round(operations / (0.6 * 165.2e3));
    }

    private static SequenceRows decode(long sequenceId, int position) {
        return SequenceRows.fresh(sequenceId, position, 1, true, List.of());
    }

    private static SequenceRows piece(long sequenceId, int position, int tokens) {
        return SequenceRows.fresh(sequenceId, position, tokens, false, List.of());
    }

    private static StepPlan plan(SequenceRows... rows) {
        return new StepPlan(1, 1, StepKind.PREFILL, List.of(rows), List.of(), BlockChanges.NONE, List.of(), List.of());
    }
}
