package dev.molink.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.kernels.DecoderLayerFixture.Piece;
import dev.molink.kernels.DecoderLayerFixture.Sizes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The same logits, bit by bit, whatever runs them and whatever runs beside them. */
class BitIdentityTests {

    private static final int TOKENS = 35;
    private static final int SEQUENCES = 8;

    static Stream<Arguments> cases() {
        return Stream.concat(
                Stream.of(DType.values()).map(dtype -> Arguments.of(dtype, DecoderLayerFixture.EVEN)),
                Stream.of(DType.F32, DType.F16, DType.BF16).map(dtype -> Arguments.of(dtype, DecoderLayerFixture.ODD)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void scalarAndVectorKernelsAgree(DType dtype, Sizes sizes) {
        assertThat(digest("cpu:vector", 1, dtype, sizes)).isEqualTo(digest("cpu:scalar", 1, dtype, sizes));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theNumberOfThreadsDoesNotMatter(DType dtype, Sizes sizes) {
        assertThat(digest("cpu:vector", 3, dtype, sizes)).isEqualTo(digest("cpu:vector", 1, dtype, sizes));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void eightSequencesInOneStepEqualEachAlone(DType dtype, Sizes sizes) {
        for (String device : List.of("cpu:scalar", "cpu:vector")) {
            try (Arena arena = Arena.ofShared();
                    TensorOps ops = open(device, 2)) {
                List<float[]> together = decodeTogether(new DecoderLayerFixture(ops, arena, dtype, sizes, SEQUENCES));

                List<float[]> alone = decodeAlone(new DecoderLayerFixture(ops, arena, dtype, sizes, SEQUENCES));

                assertThat(bits(together)).isDeepEqualTo(bits(alone));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void piecesOfAPromptEqualTheWhole(DType dtype, Sizes sizes) {
        try (Arena arena = Arena.ofShared();
                TensorOps ops = open("cpu:vector", 2)) {
            List<float[]> whole = prefill(new DecoderLayerFixture(ops, arena, dtype, sizes, 1), TOKENS);

            for (int pieceTokens : new int[] {1, 7, 16}) {
                List<float[]> pieces = prefill(new DecoderLayerFixture(ops, arena, dtype, sizes, 1), pieceTokens);
                assertThat(bits(pieces)).as("pieces of %d", pieceTokens).isDeepEqualTo(bits(whole));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void compilingChangesNothing(DType dtype, Sizes sizes) {
        for (String device : List.of("cpu:scalar", "cpu:vector")) {
            try (Arena arena = Arena.ofShared();
                    TensorOps ops = open(device, 1)) {
                DecoderLayerFixture fixture = new DecoderLayerFixture(ops, arena, dtype, sizes, 1);
                int[][] first = bits(prefill(fixture, 9));

                for (int i = 0; i < 120; i++) {
                    int[][] later = bits(prefill(fixture, 9));
                    assertThat(Arrays.deepEquals(later, first))
                            .as("%s, run %d", device, i)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void theInterpreterComputesWhatCompiledCodeComputes() throws IOException, InterruptedException {
        String interpreted = interpretedDigests();

        String compiled = digests();

        assertThat(compiled).isEqualTo(interpreted);
    }

    private static String interpretedDigests() throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-Xint",
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        BitIdentityTests.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            return output.strip();
        } finally {
            process.destroyForcibly();
        }
    }

    /** What the interpreter's process prints. */
    public static void main(String[] arguments) {
        System.out.println(digests());
    }

    private static String digests() {
        List<String> lines = new ArrayList<>();
        for (DType dtype : List.of(DType.BF16, DType.Q8_0)) {
            for (String device : List.of("cpu:scalar", "cpu:vector")) {
                lines.add("%s %s %x".formatted(device, dtype, shortDigest(device, dtype)));
            }
        }
        return String.join(" ", lines);
    }

    // Without the provider's self-test, which takes seconds in the interpreter.
    private static TensorOps open(String device, int threads) {
        return new CpuTensorOps(device.equals("cpu:scalar") ? new ScalarKernels() : new VectorKernels(), threads);
    }

    private static int shortDigest(String device, DType dtype) {
        try (Arena arena = Arena.ofShared();
                TensorOps ops = open(device, 1)) {
            DecoderLayerFixture fixture = new DecoderLayerFixture(ops, arena, dtype, DecoderLayerFixture.EVEN, 2);
            return Arrays.deepHashCode(bits(fixture.step(List.of(new Piece(0, 0, 4), new Piece(1, 0, 1)))));
        }
    }

    private static int digest(String device, int threads, DType dtype, Sizes sizes) {
        try (Arena arena = Arena.ofShared();
                TensorOps ops = open(device, threads)) {
            DecoderLayerFixture fixture = new DecoderLayerFixture(ops, arena, dtype, sizes, 2);
            List<float[]> logits = new ArrayList<>(fixture.step(List.of(new Piece(0, 0, 18), new Piece(1, 0, 5))));
            logits.addAll(fixture.step(List.of(new Piece(1, 5, 1), new Piece(0, 18, 1))));
            return Arrays.deepHashCode(bits(logits));
        }
    }

    static Stream<Arguments> keptKeysAndValues() {
        return Stream.of(DType.F32, DType.BF16)
                .flatMap(kvDtype -> Stream.of(0, 5, 16, 21).map(window -> Arguments.of(kvDtype, window)));
    }

    @ParameterizedTest(name = "{0}, window {1}")
    @MethodSource("keptKeysAndValues")
    void windowsAndStoredTypesGiveTheSameBitsEverywhere(DType kvDtype, int window) {
        int[][] expected = whole("cpu:scalar", 1, kvDtype, window, TOKENS);

        assertThat(whole("cpu:vector", 1, kvDtype, window, TOKENS)).isDeepEqualTo(expected);
        for (int pieceTokens : new int[] {1, 7, 64}) {
            assertThat(whole("cpu:vector", 2, kvDtype, window, pieceTokens))
                    .as("pieces of %d", pieceTokens)
                    .isDeepEqualTo(expected);
        }
    }

    private static int[][] whole(String device, int threads, DType kvDtype, int window, int pieceTokens) {
        try (Arena arena = Arena.ofShared();
                TensorOps ops = open(device, threads)) {
            return bits(prefill(
                    new DecoderLayerFixture(ops, arena, DType.BF16, DecoderLayerFixture.EVEN, 1, window, kvDtype),
                    pieceTokens));
        }
    }

    private static List<float[]> prefill(DecoderLayerFixture fixture, int pieceTokens) {
        List<float[]> logits = new ArrayList<>();
        for (int first = 0; first < TOKENS; first += pieceTokens) {
            logits.addAll(fixture.step(List.of(new Piece(0, first, Math.min(pieceTokens, TOKENS - first)))));
        }
        return logits;
    }

    private static List<float[]> decodeTogether(DecoderLayerFixture fixture) {
        List<float[]> logits = new ArrayList<>();
        for (int position = 0; position < TOKENS; position++) {
            List<Piece> pieces = new ArrayList<>();
            for (int sequence = 0; sequence < SEQUENCES; sequence++) {
                pieces.add(new Piece(sequence, position, 1));
            }
            logits.addAll(fixture.step(pieces));
        }
        return logits;
    }

    private static List<float[]> decodeAlone(DecoderLayerFixture fixture) {
        List<float[]> logits = new ArrayList<>();
        for (int position = 0; position < TOKENS; position++) {
            for (int sequence = 0; sequence < SEQUENCES; sequence++) {
                logits.addAll(fixture.step(List.of(new Piece(sequence, position, 1))));
            }
        }
        return logits;
    }

    private static int[][] bits(List<float[]> logits) {
        return logits.stream().map(BitIdentityTests::bits).toArray(int[][]::new);
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
