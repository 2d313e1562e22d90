package dev.molink.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every provider must compute, against straightforward double-precision arithmetic. */
abstract class TensorOpsContract {

    private static final long SEED = 20_250_101;

    private final Random random = new Random(SEED);
    private Arena arena;
    private TensorOps ops;

    abstract TensorOps open();

    @BeforeEach
    void openOps() {
        arena = Arena.ofShared();
        ops = open();
    }

    @AfterEach
    void closeOps() {
        ops.close();
        arena.close();
    }

    static Stream<Arguments> products() {
        return Stream.of(DType.values())
                .flatMap(dtype -> (dtype.blockElements() == 1
                                ? IntStream.of(1, 13, 207, 4099)
                                : IntStream.of(32, 224, 4128))
                        .boxed()
                        .flatMap(columns -> Stream.of(1, 3, 13, 70).map(rows -> Arguments.of(dtype, columns, rows))));
    }

    @ParameterizedTest(name = "{0}, {1} columns, {2} rows")
    @MethodSource("products")
    void addsAProjectionWithItsBias(DType dtype, int columns, int rows) {
        int outputs = columns < 256 ? 150 : 21;
        StoredMatrix weight = StoredMatrix.random(arena, dtype, outputs, columns, random);
        StoredMatrix bias = StoredMatrix.random(arena, DType.F32, 1, outputs, random);
        float[] input = randomFloats(rows * columns);
        float[] before = randomFloats(rows * outputs);
        Tensor hidden = activation(before, rows, outputs);

        ops.begin(oneSequence(rows));
        ops.addProjection(weight.linear(ops, bias.on(ops)), activation(input, rows, columns), hidden);

        float[] actual = host(hidden, rows);
        for (int row = 0; row < rows; row++) {
            for (int output = 0; output < outputs; output++) {
                double sum = before[row * outputs + output] + bias.value(0, output);
                double size = Math.abs(before[row * outputs + output]) + Math.abs(bias.value(0, output));
                for (int i = 0; i < columns; i++) {
                    double product = weight.value(output, i) * input[row * columns + i];
                    sum += product;
                    size += Math.abs(product);
                }
                assertThat((double) actual[row * outputs + output])
                        .as("row %d, output %d, seed %d", row, output, SEED)
                        .isCloseTo(sum, within(1e-6 * size));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void embedsEachRowsToken(DType dtype) {
        StoredMatrix table = StoredMatrix.random(arena, dtype, 9, 64, random);
        Tensor hidden = ops.activation(5, 64);
        StepBatch batch = new StepBatch();
        batch.addSequence(List.of(0));
        int[] tokens = {8, 0, 3, 3};
        for (int row = 0; row < tokens.length; row++) {
            batch.addRow(tokens[row], row);
        }

        ops.begin(batch);
        ops.embed(table.on(ops), hidden);

        float[] actual = host(hidden, tokens.length);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).isEqualTo(table.value(tokens[i / 64], i % 64));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "13, 5", "207, 33", "4098, 16"})
    void addsAGatedMlp(int hiddenSize, int intermediateSize) {
        StoredMatrix norm = StoredMatrix.random(arena, DType.F32, 1, hiddenSize, random);
        StoredMatrix gate = StoredMatrix.random(arena, DType.BF16, intermediateSize, hiddenSize, random);
        StoredMatrix up = StoredMatrix.random(arena, DType.BF16, intermediateSize, hiddenSize, random);
        StoredMatrix down = StoredMatrix.random(arena, DType.BF16, hiddenSize, intermediateSize, random);
        float[] input = randomFloats(3 * hiddenSize);
        Tensor hidden = activation(input, 3, hiddenSize);

        ops.begin(oneSequence(3));
        ops.addGatedMlp(
                new GatedMlpWeights(new RmsNorm(norm.on(ops), 1e-5f), linear(gate), linear(up), linear(down)), hidden);

        float[] actual = host(hidden, 3);
        for (int row = 0; row < 3; row++) {
            double[] normed = Reference.normalised(Reference.row(input, row, hiddenSize), norm.values(), 1e-5f);
            double[] gated = Reference.product(gate, normed);
            double[] raised = Reference.product(up, normed);
            for (int i = 0; i < intermediateSize; i++) {
                gated[i] = gated[i] / (1 + Math.exp(-gated[i])) * raised[i];
            }
            double[] delta = Reference.product(down, gated);
            double tolerance = 1e-5 * (1 + Reference.largest(delta));
            for (int i = 0; i < hiddenSize; i++) {
                double expected = input[row * hiddenSize + i] + delta[i];
                assertThat((double) actual[row * hiddenSize + i]).isCloseTo(expected, within(tolerance));
            }
        }
    }

    @Test
    void projectsLogitsOfTheSelectedRowsInTheirOrder() {
        StoredMatrix norm = StoredMatrix.random(arena, DType.F32, 1, 48, random);
        StoredMatrix head = StoredMatrix.random(arena, DType.F16, 100, 48, random);
        float[] input = randomFloats(6 * 48);
        StepBatch batch = new StepBatch();
        batch.addSequence(List.of(0));
        for (int row = 0; row < 6; row++) {
            batch.addRow(0, row);
            if (row == 2 || row == 5) {
                batch.selectRow();
            }
        }
        Tensor logits = ops.activation(4, 100);

        ops.begin(batch);
        ops.projectLogits(new RmsNorm(norm.on(ops), 0), linear(head), activation(input, 6, 48), logits);

        float[] actual = host(logits, 2);
        for (int i = 0; i < 2; i++) {
            double[] row = Reference.row(input, i == 0 ? 2 : 5, 48);
            double[] expected = Reference.product(head, Reference.normalised(row, norm.values(), 0));
            for (int output = 0; output < 100; output++) {
                assertThat((double) actual[i * 100 + output])
                        .isCloseTo(expected[output], within(1e-5 * Reference.largest(expected)));
            }
        }
    }

    /** Sizes of one attention case: the context of the last row, heads, key/value heads, head width. */
    @ParameterizedTest
    @CsvSource({"1, 2, 1, 16", "13, 4, 2, 64", "16, 1, 1, 8", "207, 6, 2, 80", "207, 3, 3, 20", "4098, 2, 1, 32"})
    void attendsToEveryPositionUpToItsOwn(int context, int heads, int kvHeads, int headWidth) {
        for (PairLayout layout : PairLayout.values()) {
            AttentionShape shape = new AttentionShape(heads, kvHeads, headWidth, 0.25f, headWidth / 4 * 2, layout);
            AttentionCase attention = new AttentionCase(arena, shape, context, random);

            float[] actual = attention.run(ops);

            double[] expected = attention.expected();
            for (int i = 0; i < actual.length; i++) {
                assertThat((double) actual[i])
                        .as("%s, element %d, seed %d", layout, i, SEED)
                        .isCloseTo(expected[i], within(3e-5));
            }
        }
    }

    /** Context of the last row, window, heads, key/value heads, head width; around the edges of blocks. */
    @ParameterizedTest
    @CsvSource({
        "40, 1, 2, 1, 16",
        "40, 16, 4, 2, 64",
        "40, 17, 2, 2, 32",
        "65, 24, 4, 1, 16",
        "207, 100, 6, 2, 80",
        "207, 33, 3, 3, 20",
        "50, 300, 2, 1, 16"
    })
    void attendsToItsWindowOnly(int context, int window, int heads, int kvHeads, int headWidth) {
        AttentionShape shape = new AttentionShape(heads, kvHeads, headWidth, 0.25f, 8, PairLayout.HALVES);
        AttentionCase attention = new AttentionCase(arena, shape, context, window, DType.F32, random);

        float[] actual = attention.run(ops);

        assertClose(actual, attention.expected(), 3e-5);
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 2, 1, 16", "40, 24, 4, 2, 64", "207, 0, 6, 1, 80", "207, 0, 3, 3, 32", "70, 0, 3, 1, 20"})
    void keepsKeysAndValuesInBf16(int context, int window, int heads, int kvHeads, int headWidth) {
        AttentionShape shape = new AttentionShape(heads, kvHeads, headWidth, 0.25f, 8, PairLayout.HALVES);
        AttentionCase attention = new AttentionCase(arena, shape, context, window, DType.BF16, random);

        float[] actual = attention.run(ops);

        // An element that f32 and f64 round to different neighbours is off by one part in 256.
        assertClose(actual, attention.expected(), 5e-3);
    }

    private static void assertClose(float[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).as("element %d, seed %d", i, SEED).isCloseTo(expected[i], within(tolerance));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16"})
    void copiesABlockInAllLayers(DType kvDtype) {
        CpuKvCache cache = (CpuKvCache) ops.kvCache(KvCacheShape.full(2, 4, 2, 8, kvDtype));
        float[] key = {1, 2, 3, 4, 5, 6, 7, 8};
        float[] value = {-1, -2, -3, -4, -5, -6, -7, -8};
        for (int layer = 0; layer < 2; layer++) {
            cache.writeKey(layer, 2, 15, 1, key, 0);
            cache.writeValue(layer, 2, 15, 1, value, 0);
        }

        ops.copyBlock(cache, 2, 0);

        for (int layer = 0; layer < 2; layer++) {
            long block = cache.headOffset(0, 1);
            for (int d = 0; d < 8; d++) {
                assertThat(cache.element(cache.keys(layer), block, d * 16 + 15)).isEqualTo(key[d]);
                assertThat(cache.element(cache.values(layer), block, 15 * 8 + d))
                        .isEqualTo(value[d]);
            }
        }
        assertThat(cache.element(cache.keys(0), cache.headOffset(1, 1), 15)).isZero();
    }

    @Test
    void staysFiniteOnExtremeScores() {
        AttentionShape shape = new AttentionShape(1, 1, 16, 1e6f, 0, PairLayout.HALVES);
        AttentionCase attention = new AttentionCase(arena, shape, 40, random);

        float[] actual = attention.run(ops);

        for (float value : actual) {
            assertThat(value).isFinite();
        }
    }

    @Nested
    class Rejects {

        @Test
        void weightsThatAreShorterThanTheirShape() {
            MemorySegment data = arena.allocate(100);

            assertThatThrownBy(() -> ops.weights(data, DType.F32, 2, 13))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("F32 weights [2, 13] take 104 bytes, 100 are given");
        }

        @Test
        void weightsOnTheHeap() {
            assertThatThrownBy(() -> ops.weights(MemorySegment.ofArray(new byte[64]), DType.F32, 1, 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("native memory");
        }

        @Test
        void anActivationWithTooFewRows() {
            Linear projection = linear(StoredMatrix.random(arena, DType.F32, 4, 4, random));
            ops.begin(oneSequence(3));

            assertThatThrownBy(() -> ops.addProjection(projection, ops.activation(2, 4), ops.activation(3, 4)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("input is [2, 4], the step needs [3, 4]");
        }

        @Test
        void aTokenOutsideTheVocabulary() {
            Tensor table = StoredMatrix.random(arena, DType.F32, 4, 4, random).on(ops);
            StepBatch batch = new StepBatch();
            batch.addSequence(List.of(0));
            batch.addRow(4, 0);
            ops.begin(batch);

            assertThatThrownBy(() -> ops.embed(table, ops.activation(1, 4)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("token id 4 is outside the vocabulary 0…3");
        }

        @Test
        void aCopyOfABlockThatIsNotThere() {
            KvCache cache = ops.kvCache(KvCacheShape.full(1, 4, 1, 8, DType.F32));

            assertThatThrownBy(() -> ops.copyBlock(cache, 1, 4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("KV block 1 cannot be copied to 4; there are 4");
        }

        @Test
        void aRowThatSeesMissingBlocks() {
            AttentionShape shape = new AttentionShape(1, 1, 16, 1, 0, PairLayout.HALVES);
            KvCache cache = ops.kvCache(new KvCacheShape(0, 20, 1, 4, 1, 16, DType.F32));
            StepBatch batch = new StepBatch();
            batch.addSequence();
            batch.addTable(0, 1, new int[] {3, 2}, 2);
            batch.addRow(0, 34);
            ops.begin(batch);
            Tensor rows = ops.activation(1, 16);

            assertThatThrownBy(() -> ops.attend(shape, rows, cache, 0, rows))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("position 34 sees positions from 15 on, the first 1 KV blocks are gone");
        }

        @Test
        void aCacheOfAGroupThatTheStepKnowsNothingOf() {
            AttentionShape shape = new AttentionShape(1, 1, 16, 1, 0, PairLayout.HALVES);
            KvCache cache = ops.kvCache(new KvCacheShape(1, 0, 1, 4, 1, 16, DType.F32));
            ops.begin(oneSequence(1));
            Tensor rows = ops.activation(1, 16);

            assertThatThrownBy(() -> ops.attend(shape, rows, cache, 0, rows))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the step has block tables of 1 KV groups, the layer is in group 1");
        }

        @Test
        void aKvCacheOfATypeThatItDoesNotKeep() {
            assertThatThrownBy(() -> ops.kvCache(KvCacheShape.full(1, 4, 1, 32, DType.Q8_0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Q8_0");
        }

        @Test
        void aPositionBeyondTheSequencesBlocks() {
            StepBatch batch = new StepBatch();
            batch.addSequence(List.of(3));

            assertThatThrownBy(() -> batch.addRow(0, 16))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("position 16 is outside the sequence's 1 KV blocks of 16 tokens");
        }
    }

    private Linear linear(StoredMatrix weight) {
        return weight.linear(ops);
    }

    private float[] randomFloats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private Tensor activation(float[] values, int rows, int columns) {
        Tensor tensor = ops.activation(rows, columns);
        ops.copyFromHost(floats(arena, values), tensor, rows);
        return tensor;
    }

    private float[] host(Tensor tensor, int rows) {
        MemorySegment target = arena.allocate((long) rows * tensor.columns() * Float.BYTES);
        ops.copyToHost(tensor, rows, target);
        ops.synchronize();
        return target.toArray(ValueLayout.JAVA_FLOAT);
    }

    static MemorySegment floats(Arena arena, float[] values) {
        MemorySegment segment = arena.allocate((long) values.length * Float.BYTES);
        MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
        return segment;
    }

    private static StepBatch oneSequence(int rows) {
        StepBatch batch = new StepBatch();
        batch.addSequence(shuffledBlocks(rows, new Random(SEED)));
        for (int row = 0; row < rows; row++) {
            batch.addRow(0, row);
        }
        return batch;
    }

    static List<Integer> shuffledBlocks(int tokens, Random random) {
        List<Integer> blocks =
                new ArrayList<>(IntStream.range(0, tokens / 16 + 1).boxed().toList());
        Collections.shuffle(blocks, random);
        return blocks;
    }
}
