package dev.molink.stagenode.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.execution.StageChain.Piece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The weights of {@code mistral} with a window in the second of its three layers only: two KV groups. */
class MixedLayersTests {

    private static final int WINDOW = 24;

    private final Path windowed = GoldenModel.bundledFixtures().resolve("models/mistral");
    private final List<Integer> tokens =
            IntStream.range(0, 77).map(i -> (i * 29 + 3) % 256).boxed().toList();

    @TempDir
    private Path mixed;

    @BeforeEach
    void writeTheMixedModel() throws IOException {
        Files.copy(windowed.resolve("model.safetensors"), mixed.resolve("model.safetensors"));
        String config = Files.readString(windowed.resolve("config.json"));
        Files.writeString(mixed.resolve("config.json"), config.replaceFirst("\\{", """
                {"layer_types": ["full_attention", "sliding_attention", "full_attention"],"""));
    }

    @Test
    void groupsAreNumberedAlikeOnStagesThatHaveNoLayerOfThem() {
        long blockBytes = 2 * 16 * 2 * 16 * Float.BYTES;

        try (StageChain chain = StageChain.open(mixed, 3)) {
            assertThat(chain.stages().stream().map(StageExecutor::kvGroups))
                    .containsExactly(
                            List.of(new KvGroupSize(0, blockBytes), new KvGroupSize(WINDOW, 0)),
                            List.of(new KvGroupSize(0, 0), new KvGroupSize(WINDOW, blockBytes)),
                            List.of(new KvGroupSize(0, blockBytes), new KvGroupSize(WINDOW, 0)));
        }
    }

    @Test
    void theWindowMakesADifferenceFromItsEndOnAndOnlyThere() {
        int[][] inAll = GoldenModel.bits(pieces(windowed, 1, tokens.size(), "cpu", KvDtype.F32));

        int[][] inOne = GoldenModel.bits(pieces(mixed, 1, tokens.size(), "cpu", KvDtype.F32));

        for (int position = 0; position < tokens.size(); position++) {
            assertThat(Arrays.equals(inOne[position], inAll[position]))
                    .as("position %d is alike", position)
                    .isEqualTo(position < WINDOW);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"F32", "BF16"})
    void stagesPiecesAndKernelsGiveTheSameBits(KvDtype kvDtype) {
        int[][] whole = GoldenModel.bits(pieces(mixed, 1, tokens.size(), "cpu:scalar", kvDtype));

        for (int pieceTokens : new int[] {1, 7, 64}) {
            assertThat(GoldenModel.bits(pieces(mixed, 3, pieceTokens, "cpu:vector", kvDtype)))
                    .as("pieces of %d", pieceTokens)
                    .isDeepEqualTo(whole);
        }
    }

    @Test
    void bf16StaysCloseToF32() {
        List<float[]> exact = pieces(mixed, 1, 16, "cpu", KvDtype.F32);

        List<float[]> rounded = pieces(mixed, 1, 16, "cpu", KvDtype.BF16);

        assertThat(GoldenModel.bits(rounded)).isNotEqualTo(GoldenModel.bits(exact));
        for (int position = 0; position < tokens.size(); position++) {
            // A key or value is off by one part in 512 at most, three layers add to it; random weights pass all of it
            // on.
            assertThat(largestDifference(rounded.get(position), exact.get(position)))
                    .as("position %d", position)
                    .isLessThan(0.1);
        }
    }

    private List<float[]> pieces(Path model, int stages, int pieceTokens, String device, KvDtype kvDtype) {
        List<float[]> logits = new ArrayList<>();
        try (StageChain chain = StageChain.open(model, stages, device, kvDtype)) {
            for (int first = 0; first < tokens.size(); first += pieceTokens) {
                int end = Math.min(first + pieceTokens, tokens.size());
                logits.addAll(chain.step(List.of(new Piece(1, first, tokens.subList(first, end)))));
            }
        }
        return logits;
    }

    private static double largestDifference(float[] actual, float[] expected) {
        return IntStream.range(0, expected.length)
                .mapToDouble(i -> Math.abs((double) actual[i] - expected[i]))
                .max()
                .orElseThrow();
    }
}
