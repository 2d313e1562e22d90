package dev.molink.stagenode.model.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.kernels.DType;
import dev.molink.kernels.PairLayout;
import dev.molink.kernels.RotaryScaling;
import dev.molink.kernels.RotarySpec;
import dev.molink.proto.node.v1.GgufVocabulary;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.architecture.Biases;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.TensorHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keys as the format's description and llama.cpp's converter define them; the fixtures in {@code fixtures/gguf} were
 * written with the {@code gguf} package and carry golden logits that the execution tests compare.
 */
class GgufModelTests {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures/gguf");

    @TempDir
    Path folder;

    private GgufModel open(GgufBytes bytes) throws IOException {
        return GgufModel.open(Files.write(folder.resolve("model.gguf"), bytes.write()));
    }

    private ModelConfig config(GgufBytes bytes) throws IOException {
        return open(bytes).specification().config();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void readsALlamaOfBothVersions(int version) throws IOException {
        ModelConfig config = config(new GgufBytes().version(version));

        assertThat(config)
                .isEqualTo(new ModelConfig(
                        "llama",
                        1,
                        8,
                        16,
                        2,
                        2,
                        4,
                        8,
                        1e-5f,
                        new RotarySpec(4, 10_000, new RotaryScaling.None()),
                        PairLayout.NEIGHBOURS,
                        new Biases(false, false, false),
                        false,
                        false,
                        32,
                        null,
                        null,
                        List.of()));
    }

    @Test
    void pairsHalvesOutsideTheLlamaFamily() {
        ModelConfig qwen2 =
                GgufModel.open(FIXTURES.resolve("qwen2.gguf")).specification().config();

        assertThat(qwen2.pairLayout()).isEqualTo(PairLayout.HALVES);
        assertThat(qwen2.biases()).isEqualTo(new Biases(true, false, false));
        assertThat(qwen2.tiedEmbeddings()).isTrue();
        assertThat(qwen2.rotary().base()).isEqualTo(1e6);
        assertThat(qwen2.endTokenIds()).containsExactly(2);
        assertThat(qwen2.beginTokenId()).isEqualTo(1);
    }

    @Test
    void readsHeadsWithAWidthOfTheirOwn() {
        ModelConfig qwen3 =
                GgufModel.open(FIXTURES.resolve("qwen3.gguf")).specification().config();

        assertThat(qwen3.headDim()).isEqualTo(32);
        assertThat(qwen3.queryKeyNorm()).isTrue();
    }

    @Test
    void turnsShapesAround() {
        GgufModel model = GgufModel.open(FIXTURES.resolve("llama-q4_0.gguf"));

        TensorHeader down = Objects.requireNonNull(model.tensors().get("blk.0.ffn_down.weight"));
        assertThat(down.shape()).containsExactly(256L, 512L);
        assertThat(down.dtype()).isEqualTo(DType.Q4_0);
        assertThat(model.specification().config().headDim()).isEqualTo(64);
    }

    @Test
    void findsBiasesByTheirTensors() throws IOException {
        GgufBytes bytes = new GgufBytes();
        List.of("attn_q", "attn_k", "attn_v", "attn_output")
                .forEach(name -> bytes.tensor("blk.0." + name + ".bias", 8));

        assertThat(config(bytes).biases()).isEqualTo(new Biases(true, true, false));
    }

    @Test
    void tiesTheHeadWhenThereIsNone() throws IOException {
        assertThat(config(new GgufBytes().without("output.weight")).tiedEmbeddings())
                .isTrue();
    }

    @Test
    void endsAtTextTurnAndMessageEnds() throws IOException {
        GgufBytes bytes = new GgufBytes()
                .put("tokenizer.ggml.eos_token_id", 2)
                .put("tokenizer.ggml.eot_token_id", 5)
                .put("tokenizer.ggml.eom_token_id", 6);

        assertThat(config(bytes).endTokenIds()).containsExactly(2, 5, 6);
    }

    @Nested
    class Rotary {

        private RotaryScaling scaling(GgufBytes bytes) throws IOException {
            return config(bytes).rotary().scaling();
        }

        @Test
        void readsLinear() throws IOException {
            GgufBytes bytes =
                    new GgufBytes().put("llama.rope.scaling.type", "linear").put("llama.rope.scaling.factor", 4f);

            assertThat(scaling(bytes)).isEqualTo(new RotaryScaling.Linear(4));
        }

        @Test
        void readsLinearUnderItsOldName() throws IOException {
            assertThat(scaling(new GgufBytes().put("llama.rope.scale_linear", 2f)))
                    .isEqualTo(new RotaryScaling.Linear(2));
        }

        @Test
        void readsYarn() throws IOException {
            GgufBytes bytes = new GgufBytes()
                    .put("llama.rope.scaling.type", "yarn")
                    .put("llama.rope.scaling.factor", 4f)
                    .put("llama.rope.scaling.original_context_length", 16);

            assertThat(scaling(bytes)).isEqualTo(RotaryScaling.Yarn.of(4, 16));
        }

        @Test
        void readsNone() throws IOException {
            assertThat(scaling(new GgufBytes().put("llama.rope.scaling.type", "none")))
                    .isEqualTo(new RotaryScaling.None());
        }

        @Test
        void readsTheDivisorsOfLlama3() throws IOException {
            GgufBytes bytes = new GgufBytes().tensor("rope_freqs.weight", 2).filled("rope_freqs.weight", 8);

            assertThat(scaling(bytes)).isEqualTo(new RotaryScaling.Divisors(new float[] {8, 8}));
        }

        @Test
        void refusesDivisorsThatCannotBe() {
            GgufBytes zero = new GgufBytes().tensor("rope_freqs.weight", 2).filled("rope_freqs.weight", 0);
            GgufBytes tooMany = new GgufBytes().tensor("rope_freqs.weight", 4);

            assertThatThrownBy(() -> open(zero))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("rope_freqs.weight holds 0.0");
            assertThatThrownBy(() -> open(tooMany))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("rope_freqs.weight has shape [4]; the configuration asks for [2]");
        }

        @Test
        void refusesDivisorsBesideAScaling() {
            GgufBytes bytes = new GgufBytes()
                    .put("llama.rope.scaling.type", "linear")
                    .put("llama.rope.scaling.factor", 4f)
                    .tensor("rope_freqs.weight", 2);

            assertThatThrownBy(() -> open(bytes))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("both rope_freqs.weight and a rope scaling");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "general.architecture, mamba, general.architecture is \"mamba\"; allowed is one of llama",
        "llama.rope.scaling.type, longrope, llama.rope.scaling.type is \"longrope\"; allowed is one of default",
        "llama.block_count, many, llama.block_count is \"many\"; allowed is a whole number",
        "llama.context_length, long, llama.context_length is \"long\""
    })
    void namesTheKeyThatTheFileHas(String key, String value, String problem) {
        assertThatThrownBy(() -> open(new GgufBytes().put(key, value)))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining("model.gguf: " + problem);
    }

    @ParameterizedTest
    @CsvSource({
        "llama.expert_count, 4, llama.expert_count is 4; allowed is at most 0",
        "split.count, 2, split.count is 2; allowed is at most 1",
        "llama.rope.dimension_count, 2, llama.rope.dimension_count is 2; allowed is the head width 4",
        "llama.attention.value_length, 8, llama.attention.value_length is 8; allowed is the head width 4",
        "llama.attention.head_count_kv, 3, llama.attention.head_count_kv is 3"
    })
    void refusesWhatIsNotComputed(String key, int value, String problem) {
        assertThatThrownBy(() -> open(new GgufBytes().put(key, value)))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void saysWhichKeyIsMissing() {
        assertThatThrownBy(() -> open(new GgufBytes().without("llama.embedding_length")))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining("llama.embedding_length is missing");
    }

    @Nested
    class Vocabulary {

        @Test
        void comesAsStored() {
            TextAssets assets =
                    GgufModel.open(FIXTURES.resolve("qwen3.gguf")).textAssets().orElseThrow();
            GgufVocabulary vocabulary = assets.getGguf();

            assertThat(vocabulary.getModel()).isEqualTo("gpt2");
            assertThat(vocabulary.getPre()).isEqualTo("qwen2");
            assertThat(vocabulary.getTokensCount()).isEqualTo(320);
            assertThat(vocabulary.getTokens(1).toStringUtf8()).isEqualTo("<s>");
            assertThat(vocabulary.getTokenTypes(0)).isEqualTo(3);
            assertThat(vocabulary.getMerges(1)).isEqualTo("Ġt h");
            assertThat(vocabulary.getBosId()).isEqualTo(1);
            assertThat(vocabulary.getEosId()).isEqualTo(2);
            assertThat(vocabulary.hasAddBos()).isTrue();
            assertThat(vocabulary.getAddBos()).isFalse();
            assertThat(vocabulary.hasUnknownId()).isFalse();
            assertThat(assets.getChatTemplate()).startsWith("{% for m in messages %}");
        }

        @Test
        void mayBeAbsent() throws IOException {
            assertThat(open(new GgufBytes()).textAssets()).isEmpty();
        }

        @Test
        void isRefusedWhenLargerThanTheEmbedding() throws IOException {
            GgufModel model = open(
                    new GgufBytes().put("tokenizer.ggml.tokens", List.of("a", "b", "c", "d", "e", "f", "g", "h", "i")));

            assertThatThrownBy(model::textAssets)
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("tokenizer.ggml.tokens is 9 entries; allowed is the 8 rows");
        }

        @Test
        void isRefusedWhenItsListsDiffer() throws IOException {
            GgufModel model = open(new GgufBytes()
                    .put("tokenizer.ggml.tokens", List.of("a", "b"))
                    .put("tokenizer.ggml.token_type", List.of(1)));

            assertThatThrownBy(model::textAssets)
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining(
                            "tokenizer.ggml.token_type is 1 entries; allowed is one for each of 2 tokens");
        }
    }
}
