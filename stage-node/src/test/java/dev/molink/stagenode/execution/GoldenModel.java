package dev.molink.stagenode.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.execution.StageChain.Piece;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A tiny model and what transformers computed from it in f32.
 *
 * @param model folder in Hugging Face layout or GGUF file
 * @param golden tokens, logits and greedy ids of the sequences a and b
 */
record GoldenModel(String name, Path model, Path golden) {

    /** Acceptance limit, in standard deviations of the reference's logits. */
    private static final double LIMIT = 2e-3;

    private static final int GREEDY_IDS = 16;
    private static final List<String> SEQUENCES = List.of("a", "b");

    static GoldenModel checkpoint(Path fixtures, String name) {
        Path folder = fixtures.resolve("models").resolve(name);
        return new GoldenModel(name, folder, folder.resolve("golden.safetensors"));
    }

    static GoldenModel gguf(Path fixtures, String name) {
        Path folder = fixtures.resolve("gguf");
        return new GoldenModel(
                name + ".gguf", folder.resolve(name + ".gguf"), folder.resolve(name + ".golden.safetensors"));
    }

    /** The fixtures that the project carries. */
    static Path bundledFixtures() {
        try {
            URI uri = Objects.requireNonNull(GoldenModel.class.getResource("/fixtures"), "test resources")
                    .toURI();
            return Path.of(uri);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private List<Integer> tokens(String sequence) {
        return Safetensors.open(golden).ints("tokens_" + sequence);
    }

    void logitsAgreeWithTheReference() {
        for (String sequence : SEQUENCES) {
            float[] expected = Safetensors.open(golden).floats("logits_" + sequence);

            float[] actual = flat(logits(1, tokens(sequence), Integer.MAX_VALUE));

            assertThat(largestDifference(actual, expected) / deviation(expected))
                    .as("%s, sequence %s", name, sequence)
                    .isLessThan(LIMIT);
        }
    }

    void stageCountsGiveTheSameBits() {
        for (String sequence : SEQUENCES) {
            List<float[]> one = logits(1, tokens(sequence), Integer.MAX_VALUE);

            for (int stages : new int[] {2, 3}) {
                List<float[]> more = logits(stages, tokens(sequence), Integer.MAX_VALUE);
                assertThat(bits(more)).as("%s on %d stages", name, stages).isDeepEqualTo(bits(one));
            }
        }
    }

    void pieceSizesGiveTheSameBits() {
        List<Integer> tokens = tokens("b");
        List<float[]> whole = logits(2, tokens, Integer.MAX_VALUE);

        for (int pieceTokens : new int[] {1, 7, 64}) {
            List<float[]> pieces = logits(2, tokens, pieceTokens);
            assertThat(bits(pieces)).as("%s in pieces of %d", name, pieceTokens).isDeepEqualTo(bits(whole));
        }
    }

    void batchesGiveTheSameBits() {
        List<Integer> a = tokens("a");
        List<Integer> b = tokens("b");
        List<float[]> alone = new ArrayList<>(logits(1, b, Integer.MAX_VALUE));
        alone.addAll(logits(1, a, Integer.MAX_VALUE));

        try (StageChain chain = StageChain.open(model, 1)) {
            List<float[]> firstPart = chain.step(List.of(new Piece(7, 0, b.subList(0, 50)), new Piece(3, 0, a)));
            List<float[]> secondPart = chain.step(List.of(new Piece(7, 50, b.subList(50, b.size()))));
            List<float[]> together = new ArrayList<>(firstPart.subList(0, 50));
            together.addAll(secondPart);
            together.addAll(firstPart.subList(50, firstPart.size()));

            assertThat(bits(together)).as(name).isDeepEqualTo(bits(alone));
        }
    }

    void greedyIdsEqualTheReferences(int stages) {
        for (String sequence : SEQUENCES) {
            try (StageChain chain = StageChain.open(model, stages)) {
                List<Integer> generated = chain.greedy(tokens(sequence), GREEDY_IDS);

                assertThat(generated)
                        .as("%s, sequence %s, %d stages", name, sequence, stages)
                        .isEqualTo(Safetensors.open(golden).ints("greedy_" + sequence));
            }
        }
    }

    private List<float[]> logits(int stages, List<Integer> tokens, int pieceTokens) {
        try (StageChain chain = StageChain.open(model, stages)) {
            List<float[]> rows = new ArrayList<>();
            new LogitsRun(chain.stages(), pieceTokens).run(tokens, (position, row) -> {
                assertThat(position).isEqualTo(rows.size());
                rows.add(row.clone());
            });
            return rows;
        }
    }

    private static float[] flat(List<float[]> rows) {
        float[] all = new float[rows.size() * rows.getFirst().length];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, all, i * rows.getFirst().length, rows.getFirst().length);
        }
        return all;
    }

    static int[][] bits(List<float[]> rows) {
        return rows.stream().map(GoldenModel::bits).toArray(int[][]::new);
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    private static double largestDifference(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double largest = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs((double) actual[i] - expected[i]));
        }
        return largest;
    }

    private static double deviation(float[] values) {
        double mean = 0;
        for (float value : values) {
            mean += value / (double) values.length;
        }
        double sum = 0;
        for (float value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / values.length);
    }
}
