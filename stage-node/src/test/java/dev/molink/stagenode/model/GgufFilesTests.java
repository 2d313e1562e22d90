package dev.molink.stagenode.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.TensorRole;
import dev.molink.stagenode.model.format.ModelFileException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Oracle: the GGUF fixtures' description, and the same weights in Hugging Face layout. */
class GgufFilesTests {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/gguf");
    private static final Path SHARED = Path.of(System.getProperty("molink.shared", "../../shared"));

    private static ModelFiles open(Path path) {
        return ModelFiles.open(ModelSource.of(path.toString()), NoHub.INSTANCE);
    }

    @ParameterizedTest
    @CsvSource({"llama-q4_0, q4_0", "qwen2, q8_0", "qwen3, f16"})
    void labelsTheTypeOfMostBytes(String name, String dtype) {
        ModelFiles files = open(FIXTURES.resolve(name + ".gguf"));

        try (ModelWeights first = files.map(new LayerRange(0, 1));
                ModelWeights second = files.map(new LayerRange(1, 2))) {
            assertThat(first.dtype()).isEqualTo(dtype);
            assertThat(second.dtype()).isEqualTo(dtype);
            assertThat(files.name()).isEqualTo(name);
        }
    }

    @Test
    void mapsOnlyItsOwnLayers() throws Exception {
        Path path = FIXTURES.resolve("llama-q4_0.gguf");

        try (ModelWeights second = open(path).map(new LayerRange(1, 2))) {
            // the second layer lies between offset 379904 and the end of output_norm at 759808 + 1024
            assertThat(second.mappedBytes()).isEqualTo(759808 + 1024 - 379904);
            assertThat(second.mappedBytes()).isLessThan(Files.size(path));
            assertThat(second.find(TensorRole.TOKEN_EMBEDDING)).isEmpty();
            assertThat(second.head().shape()).containsExactly(320, 256);
        }
    }

    @Nested
    class WithTheSharedFolder {

        private static Path shared(String path) {
            assumeTrue(
                    Files.exists(SHARED.resolve(path)),
                    () -> "SKIPPED: no " + path + " under "
                            + SHARED.toAbsolutePath().normalize());
            return SHARED.resolve(path);
        }

        @Test
        void holdsTheSameWeightsAsTheCheckpointItWasMadeFrom() {
            ModelFiles gguf = open(shared("models/stories260K.f32.gguf"));
            ModelFiles checkpoint = open(shared("models/stories260K-hf"));

            try (ModelWeights left = gguf.map(gguf.specification().allLayers());
                    ModelWeights right =
                            checkpoint.map(checkpoint.specification().allLayers())) {
                for (TensorRole role : TensorRole.values()) {
                    boolean permuted = role == TensorRole.QUERY || role == TensorRole.KEY;
                    for (int layer = 0; role.perLayer() && !permuted && layer < 5; layer++) {
                        assertSame(
                                left.find(role, layer).orElse(null),
                                right.find(role, layer).orElse(null));
                    }
                }
                assertSame(left.require(TensorRole.TOKEN_EMBEDDING), right.require(TensorRole.TOKEN_EMBEDDING));
                assertSame(left.require(TensorRole.FINAL_NORM), right.require(TensorRole.FINAL_NORM));
                assertSame(left.head(), right.head());
            }
        }

        private static void assertSame(@Nullable ModelTensor left, @Nullable ModelTensor right) {
            assertThat(left == null).isEqualTo(right == null);
            if (left != null && right != null) {
                assertThat(left.shape()).as(left.name()).isEqualTo(right.shape());
                assertThat(left.data().toArray(ValueLayout.JAVA_BYTE))
                        .as(left.name())
                        .isEqualTo(right.data().toArray(ValueLayout.JAVA_BYTE));
            }
        }

        @ParameterizedTest
        @CsvSource({
            "llama-q4_k, has type Q4_K; supported are [F32",
            "llama-q5_k, has type Q5_K",
            "llama-q6_k, has type Q6_K",
            "llama-q4_k_m, has type Q",
            "llama-moe, llama.expert_count is 4",
            "falcon, general.architecture is \"falcon\"; allowed is one of llama",
            "gemma2, general.architecture is \"gemma2\"",
            "mamba, general.architecture is \"mamba\""
        })
        void refusesWhatIsNotSupportedByName(String name, String problem) {
            Path path = shared("fixtures/gguf/" + name + ".gguf");

            assertThatThrownBy(() -> {
                        ModelFiles files = open(path);
                        files.map(files.specification().allLayers()).close();
                    })
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining(name + ".gguf: ")
                    .hasMessageContaining(problem);
        }
    }
}
