package dev.molink.stagenode.model.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.kernels.PairLayout;
import dev.molink.kernels.RotaryScaling;
import dev.molink.kernels.RotarySpec;
import dev.molink.stagenode.model.format.ConfigValues;
import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keys and defaults as Hugging Face transformers reads them. What the numbers make of a prompt is tested against golden
 * logits where they are computed.
 */
class DecoderConfigTests {

    private static final Path FILE = Path.of("some/config.json");

    private static final String LLAMA = """
            {"model_type": "llama", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3,
             "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 256, "max_position_embeddings": 256,
             "rms_norm_eps": 1e-05, "hidden_act": "silu", "bos_token_id": 1, "eos_token_id": 2}""";

    /** {@code base} with the entries of {@code changes} put over it; a null takes an entry away. */
    private static ConfigValues values(String base, String changes) {
        ObjectNode merged = parse(base);
        merged.setAll(parse(changes));
        byte[] json = JsonMapper.shared().writeValueAsBytes(merged);
        return new ConfigValues(FILE, StrictJson.parse(FILE, "the file", json));
    }

    private static ObjectNode parse(String json) {
        return StrictJson.parse(FILE, "the file", json.getBytes(StandardCharsets.UTF_8));
    }

    private static ModelConfig llama(String changes) {
        return Architectures.specify(values(LLAMA, changes)).config();
    }

    @Test
    void readsALlama() {
        ModelConfig config = llama("{}");

        assertThat(config)
                .isEqualTo(new ModelConfig(
                        "llama",
                        3,
                        64,
                        96,
                        4,
                        2,
                        16,
                        256,
                        1e-5,
                        new RotarySpec(16, 10_000, new RotaryScaling.None()),
                        PairLayout.HALVES,
                        new Biases(false, false, false),
                        false,
                        false,
                        256,
                        null,
                        1,
                        List.of(2)));
        assertThat(config.attentionShape().scale()).isEqualTo(0.25f);
        assertThat(config.contextTokens()).isEqualTo(256);
    }

    @Test
    void takesTheHeadWidthFromItsKeyWhereThereIsOne() {
        assertThat(llama("{\"head_dim\": 32}").headDim()).isEqualTo(32);
    }

    @Test
    void givesEveryHeadItsOwnKeysWhereNoCountIsGiven() {
        assertThat(llama("{\"num_key_value_heads\": null}").keyValueHeads()).isEqualTo(4);
    }

    @Test
    void readsBiasesAndTiedEmbeddings() {
        ModelConfig config = llama("{\"attention_bias\": true, \"mlp_bias\": true, \"tie_word_embeddings\": true}");

        assertThat(config.biases()).isEqualTo(new Biases(true, true, true));
        assertThat(config.tiedEmbeddings()).isTrue();
    }

    @Test
    void takesEndIdsAsNumberListOrNothing() {
        assertThat(llama("{\"eos_token_id\": [7, 9]}").endTokenIds()).containsExactly(7, 9);
        assertThat(llama("{\"eos_token_id\": null, \"bos_token_id\": null}").endTokenIds())
                .isEmpty();
    }

    @Test
    void knowsTheBiasesThatNoKeyOfQwen2Names() {
        ModelConfig config = llama("{\"model_type\": \"qwen2\"}");

        assertThat(config.architecture()).isEqualTo("qwen2");
        assertThat(config.biases()).isEqualTo(new Biases(true, false, false));
    }

    @Test
    void normalisesHeadsInQwen3() {
        ModelConfig config = llama("{\"model_type\": \"qwen3\", \"head_dim\": 32}");

        assertThat(config.queryKeyNorm()).isTrue();
        assertThat(config.biases()).isEqualTo(new Biases(false, false, false));
    }

    @Nested
    class SlidingWindow {

        @Test
        void holdsForEveryLayerOfMistralAndLeavesTheContext() {
            ModelConfig config = llama("{\"model_type\": \"mistral\", \"sliding_window\": 24}");

            assertThat(config.architecture()).isEqualTo("llama");
            assertThat(config.slidingWindow())
                    .isEqualTo(new dev.molink.stagenode.model.architecture.SlidingWindow(24, List.of(0, 1, 2)));
            assertThat(config.layerGroups()).containsExactly(new LayerGroup(24, List.of(0, 1, 2)));
            assertThat(config.contextTokens()).isEqualTo(256);
        }

        @Test
        void isNoneWhenItHoldsTheWholeContext() {
            assertThat(llama("{\"model_type\": \"mistral\", \"sliding_window\": 256}")
                            .slidingWindow())
                    .isNull();
        }

        @Test
        void groupsAreNumberedInTheOrderOfTheirFirstLayers() {
            String windowFirst =
                    "{\"model_type\": \"mistral\", \"sliding_window\": 24, \"layer_types\": [\"sliding_attention\", \"full_attention\", \"sliding_attention\"]}";

            assertThat(llama(windowFirst).layerGroups())
                    .containsExactly(new LayerGroup(24, List.of(0, 2)), new LayerGroup(0, List.of(1)));
        }

        @Test
        void isOffInQwen2UnlessSwitchedOn() {
            String off = "{\"model_type\": \"qwen2\", \"sliding_window\": 32, \"use_sliding_window\": false}";
            String on =
                    "{\"model_type\": \"qwen2\", \"sliding_window\": 32, \"use_sliding_window\": true, \"max_window_layers\": 1}";

            assertThat(llama(off).slidingWindow()).isNull();
            assertThat(llama(on).slidingWindow())
                    .isEqualTo(new dev.molink.stagenode.model.architecture.SlidingWindow(32, List.of(1, 2)));
            assertThat(llama(off).layerGroups()).containsExactly(new LayerGroup(0, List.of(0, 1, 2)));
            assertThat(llama(on).layerGroups())
                    .containsExactly(new LayerGroup(0, List.of(0)), new LayerGroup(32, List.of(1, 2)));
        }
    }

    @Nested
    class Rotary {

        private static RotarySpec rotary(String changes) {
            return llama(changes).rotary();
        }

        @Test
        void readsBothFormsAlike() {
            RotarySpec published =
                    rotary("{\"rope_theta\": 500000.0, \"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0}}");
            RotarySpec newer = rotary(
                    "{\"rope_parameters\": {\"rope_theta\": 500000.0, \"rope_type\": \"linear\", \"factor\": 4.0}}");

            assertThat(published).isEqualTo(new RotarySpec(16, 500_000, new RotaryScaling.Linear(4)));
            assertThat(newer).isEqualTo(published);
        }

        @Test
        void readsDefaultRules() {
            assertThat(rotary("{\"rope_scaling\": null}").scaling()).isEqualTo(new RotaryScaling.None());
            assertThat(rotary("{\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 1e6}}"))
                    .isEqualTo(new RotarySpec(16, 1e6, new RotaryScaling.None()));
        }

        @Test
        void readsLlama3() {
            String rule = """
                    {"rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                     "high_freq_factor": 4.0, "original_max_position_embeddings": 64}}""";

            assertThat(rotary(rule).scaling()).isEqualTo(new RotaryScaling.Llama3(8, 1, 4, 64));
        }

        @Test
        void readsYarnWithTheUsualValues() {
            String rule =
                    "{\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\": 64}}";

            assertThat(rotary(rule).scaling()).isEqualTo(RotaryScaling.Yarn.of(4, 64));
        }

        @Test
        void readsYarnWithEveryValue() {
            String rule = """
                    {"rope_parameters": {"rope_type": "yarn", "factor": 16, "original_max_position_embeddings": 128,
                     "attention_factor": 1.25, "beta_fast": 24, "beta_slow": 2, "mscale": 0.7, "mscale_all_dim": 0.9,
                     "truncate": false}}""";

            assertThat(rotary(rule).scaling()).isEqualTo(new RotaryScaling.Yarn(16, 128, 1.25, 24, 2, 0.7, 0.9, false));
        }

        @Test
        void stretchesTheContextByYarnAndDynamicRules() {
            String yarn =
                    "{\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\": 256}}";
            String dynamic = "{\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2.0}}";

            assertThat(llama(yarn).contextTokens()).isEqualTo(1024);
            assertThat(llama(dynamic).rotary().scaling()).isEqualTo(new RotaryScaling.Dynamic(2, 256));
            assertThat(llama(dynamic).contextTokens()).isEqualTo(512);
        }

        @Test
        void refusesAnUnknownTypeByNameAndSaysWhatIsAllowed() {
            assertThatThrownBy(() -> rotary("{\"rope_scaling\": {\"rope_type\": \"longrope\", \"factor\": 4}}"))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessage(
                            "some/config.json: rope_scaling.rope_type is \"longrope\"; allowed is one of default, linear, dynamic, yarn, llama3");
        }

        @Test
        void refusesARulePerKindOfLayer() {
            assertThatThrownBy(
                            () -> rotary("{\"rope_parameters\": {\"full_attention\": {\"rope_type\": \"default\"}}}"))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("rope_parameters");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model_type\": \"falcon\"}            | model_type is \"falcon\"; allowed is one of llama, mistral, qwen2, qwen3",
                "{\"model_type\": null}                  | model_type is missing; allowed is one of",
                "{\"hidden_act\": \"gelu\"}              | hidden_act is \"gelu\"; allowed is silu",
                "{\"quantization_config\": {}}           | quantization_config is set",
                "{\"hidden_size\": null}                 | hidden_size is missing",
                "{\"hidden_size\": \"64\"}               | hidden_size is \"64\"; allowed is a whole number from 1 to",
                "{\"hidden_size\": 64.5}                 | hidden_size is 64.5",
                "{\"hidden_size\": 1e400}                | hidden_size is",
                "{\"hidden_size\": 99999999999999999999} | hidden_size is 99999999999999999999",
                "{\"num_hidden_layers\": 0}              | num_hidden_layers is 0; allowed is a whole number from 1 to 4096",
                "{\"num_hidden_layers\": [3]}            | num_hidden_layers is [3]",
                "{\"num_attention_heads\": 3}            | num_attention_heads is 3; allowed is a divisor of hidden_size 64",
                "{\"num_key_value_heads\": 3}            | num_key_value_heads is 3; allowed is a divisor of 4",
                "{\"head_dim\": 15}                      | head_dim is 15; allowed is an even number",
                "{\"vocab_size\": -1}                    | vocab_size is -1",
                "{\"rms_norm_eps\": 0}                   | rms_norm_eps is 0",
                "{\"rms_norm_eps\": true}                | rms_norm_eps is true",
                "{\"eos_token_id\": 256}                 | eos_token_id is 256; allowed is a whole number from 0 to 255",
                "{\"attention_bias\": 1}                 | attention_bias is 1; allowed is true or false",
                "{\"rope_theta\": 0}                     | rope_theta is 0",
                "{\"rope_scaling\": []}                  | rope_scaling is []; allowed is an object",
                "{\"rope_scaling\": {\"type\": \"linear\"}} | rope_scaling.factor is missing",
                "{\"rope_scaling\": {\"type\": \"linear\", \"factor\": 0}} | rope_scaling.factor is 0",
                "{\"partial_rotary_factor\": 0.5}        | partial_rotary_factor is 0.5; allowed is 1"
            })
    void refusesWhatCannotBe(String changes, String problem) {
        assertThatThrownBy(() -> llama(changes))
                .isInstanceOf(ModelFileException.class)
                .hasMessageStartingWith("some/config.json: ")
                .hasMessageContaining(problem);
    }

    @Nested
    class Ranges {

        @Test
        void takeMinusOneForTheLastLayer() {
            assertThat(LayerRange.of(1, -1, 3)).isEqualTo(new LayerRange(1, 3));
        }

        @ParameterizedTest
        @CsvSource({"0, 4", "-1, 2", "2, 2", "3, -1", "2, 1", "0, -2"})
        void mustLieInsideTheModel(int first, int end) {
            assertThatThrownBy(() -> LayerRange.of(first, end, 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[%d, %d)".formatted(first, end))
                    .hasMessageContaining("3 layers");
        }

        @Test
        void needTheEmbeddingFirstAndTheHeadLast() {
            DecoderSpecification untied = Architectures.specify(values(LLAMA, "{}"));
            DecoderSpecification tied = Architectures.specify(values(LLAMA, "{\"tie_word_embeddings\": true}"));

            assertThat(outside(untied, 0, 1)).containsExactly(TensorRole.TOKEN_EMBEDDING);
            assertThat(outside(untied, 1, 2)).isEmpty();
            assertThat(outside(untied, 2, 3)).containsExactly(TensorRole.FINAL_NORM, TensorRole.LANGUAGE_MODEL_HEAD);
            assertThat(outside(tied, 2, 3)).containsExactly(TensorRole.TOKEN_EMBEDDING, TensorRole.FINAL_NORM);
        }

        private static List<TensorRole> outside(DecoderSpecification specification, int first, int end) {
            return specification.tensors(new LayerRange(first, end)).keySet().stream()
                    .map(TensorId::role)
                    .filter(role -> !role.perLayer())
                    .toList();
        }
    }
}
