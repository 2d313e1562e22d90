package dev.molink.stagenode.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molink.kernels.DType;
import dev.molink.proto.node.v1.GenerationDefaults;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.TensorRole;
import dev.molink.stagenode.model.format.ModelFileException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Oracle for contents: the bytes that {@link CheckpointWriter} wrote. */
class CheckpointFilesTests {

    private static final Path DEMO = Path.of("../models/molink-demo");

    @TempDir
    Path folder;

    private static ModelFiles open(Path path) {
        return ModelFiles.open(ModelSource.of(path.toString()), NoHub.INSTANCE);
    }

    private ModelFiles write(Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
        return open(folder);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static CheckpointWriter writer() {
        return new CheckpointWriter(CheckpointWriter.CONFIG);
    }

    private static void assertHolds(ModelWeights weights, TensorRole role, int layer, byte @Nullable [] expected) {
        ModelTensor tensor = role.perLayer() ? weights.require(role, layer) : weights.require(role);
        assertThat(tensor.data().toArray(ValueLayout.JAVA_BYTE))
                .as(tensor.name())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.", ""})
    void givesTensorsByRoleWhateverTheNamesBeginWith(String prefix) throws IOException {
        CheckpointWriter writer = writer().prefix(prefix);
        Map<String, byte[]> expected = writer.tensors();

        try (ModelWeights weights = write(writer.single()).map(new LayerRange(0, 2))) {
            assertHolds(weights, TensorRole.TOKEN_EMBEDDING, 0, expected.get(prefix + "embed_tokens.weight"));
            assertHolds(weights, TensorRole.QUERY, 1, expected.get(prefix + "layers.1.self_attn.q_proj.weight"));
            assertHolds(weights, TensorRole.MLP_DOWN, 0, expected.get(prefix + "layers.0.mlp.down_proj.weight"));
            assertHolds(weights, TensorRole.LANGUAGE_MODEL_HEAD, 0, expected.get("lm_head.weight"));
            ModelTensor down = weights.require(TensorRole.MLP_DOWN, 0);
            assertThat(List.of(down.rows(), down.columns())).containsExactly(8, 16);
            assertThat(down.dtype()).isEqualTo(DType.BF16);
            assertThat(weights.dtype()).isEqualTo("bf16");
            assertThat(weights.find(TensorRole.QUERY_BIAS, 0)).isEmpty();
        }
    }

    @Test
    void readsTheSameFromShards() throws IOException {
        CheckpointWriter writer = writer();
        Map<String, byte[]> expected = writer.tensors();

        try (ModelWeights weights = write(writer.sharded()).map(new LayerRange(0, 2))) {
            assertHolds(weights, TensorRole.KEY, 0, expected.get("model.layers.0.self_attn.k_proj.weight"));
            assertHolds(weights, TensorRole.KEY, 1, expected.get("model.layers.1.self_attn.k_proj.weight"));
            assertHolds(weights, TensorRole.FINAL_NORM, 0, expected.get("model.norm.weight"));
        }
    }

    @Test
    void mapsOnlyTheBytesOfItsOwnLayers() throws IOException {
        ModelFiles files =
                write(new CheckpointWriter(CheckpointWriter.CONFIG.replace("\"hidden_size\": 8", "\"hidden_size\": 64"))
                        .single());
        long total = Files.size(folder.resolve("model.safetensors"));

        try (ModelWeights first = files.map(new LayerRange(0, 1));
                ModelWeights second = files.map(new LayerRange(1, 2))) {
            long layer = 2L * (64 + 4 * 64 * 64 + 64 + 3 * 64 * 16);
            assertThat(first.mappedBytes()).isEqualTo(layer + 2L * 32 * 64);
            assertThat(second.mappedBytes()).isEqualTo(layer + 2L * 64 + 2L * 32 * 64);
            assertThat(first.mappedBytes() + second.mappedBytes()).isLessThan(total);
            assertThat(first.find(TensorRole.LANGUAGE_MODEL_HEAD)).isEmpty();
            assertThatThrownBy(() -> first.require(TensorRole.QUERY, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("layer 1")
                    .hasMessageContaining("[0, 1)");
        }
    }

    @Test
    void opensOnlyTheShardsOfItsOwnLayers() throws IOException {
        ModelFiles files = write(writer().sharded());
        Files.delete(folder.resolve("model-00001-of-00003.safetensors"));

        try (ModelWeights weights = files.map(new LayerRange(1, 2))) {
            assertThat(weights.tensors()).isNotEmpty();
        }
        assertThatThrownBy(() -> files.map(new LayerRange(0, 1)))
                .isInstanceOf(ModelFileException.class)
                .hasMessageContaining("model-00001-of-00003.safetensors");
    }

    @Test
    void usesTheEmbeddingAsHeadWhenTied() throws IOException {
        CheckpointWriter writer = new CheckpointWriter(
                CheckpointWriter.CONFIG.replace("\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true"));
        byte[] embedding = writer.tensors().get("model.embed_tokens.weight");

        try (ModelWeights last = write(writer.single()).map(new LayerRange(1, 2))) {
            assertThat(last.head().data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(embedding);
        }
    }

    @Nested
    class AFingerprint {

        private ModelFiles config(String from, String to) throws IOException {
            return write(new CheckpointWriter(CheckpointWriter.CONFIG.replace(from, to)).single());
        }

        @Test
        void isTheSameForOneFileForShardsAndForSomeShards() throws IOException {
            String single = write(writer().single()).fingerprint();
            Files.delete(folder.resolve("model.safetensors"));
            String sharded = write(writer().sharded()).fingerprint();
            Files.delete(folder.resolve("model-00001-of-00003.safetensors"));
            String incomplete = open(folder).fingerprint();

            assertThat(single).matches("[0-9a-f]{64}").isEqualTo(sharded).isEqualTo(incomplete);
        }

        @Test
        void isTheSameForBothFormsOfTheConfig() throws IOException {
            String published = config("\"torch_dtype\"", "\"rope_theta\": 500000.0, \"torch_dtype\"")
                    .fingerprint();
            String newer = config(
                            "\"torch_dtype\"",
                            "\"rope_parameters\": {\"rope_theta\": 500000.0, \"rope_type\": \"default\"}, \"dtype\"")
                    .fingerprint();

            assertThat(newer).isEqualTo(published);
        }

        @Test
        void doesNotDependOnEndIdsThatOnlyOneNodeMayKnow() throws IOException {
            String without = write(writer().single()).fingerprint();
            write("generation_config.json", "{\"eos_token_id\": [2, 5]}");

            assertThat(open(folder).fingerprint()).isEqualTo(without);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"intermediate_size\": 24",
                    "\"num_hidden_layers\": 3",
                    "\"num_attention_heads\": 4",
                    "\"vocab_size\": 33",
                    "\"rms_norm_eps\": 1e-06",
                    "\"tie_word_embeddings\": true",
                    "\"max_position_embeddings\": 65"
                })
        void changesWithWhatIsComputed(String change) throws IOException {
            String key = change.substring(0, change.indexOf(':'));
            String before = write(writer().single()).fingerprint();

            String after = write(new CheckpointWriter(CheckpointWriter.CONFIG.replaceFirst(key + ": [^,]+", change))
                            .single())
                    .fingerprint();

            assertThat(after).isNotEqualTo(before);
        }
    }

    @Nested
    class Refuses {

        private ModelFiles withHeader(String from, String to) throws IOException {
            Map<String, byte[]> files = writer().single();
            String whole = new String(files.get("model.safetensors"), StandardCharsets.ISO_8859_1);
            assertThat(whole).contains(from);
            assertThat(to).hasSameSizeAs(from);
            files.put(
                    "model.safetensors",
                    whole.replaceFirst(Pattern.quote(from), to).getBytes(StandardCharsets.ISO_8859_1));
            return write(files);
        }

        @Test
        void aTensorThatIsMissing() throws IOException {
            ModelFiles files = withHeader("model.norm.weight", "model.nerm.weight");

            assertThatThrownBy(() -> files.map(new LayerRange(0, 2)))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("model.safetensors: tensor norm.weight is missing");
        }

        @Test
        void aLayerTensorThatTheArchitectureDoesNotHave() throws IOException {
            ModelFiles files = withHeader("0.self_attn.q_proj.weight", "0.self_attn.q_norm.weight");

            assertThatThrownBy(() -> files.map(new LayerRange(0, 2)))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("layers.0.self_attn.q_norm.weight is not part of a llama model of 2 layers");
        }

        @Test
        void aTypeThatKernelsCannotRead() throws IOException {
            ModelFiles files = withHeader(
                    "\"model.layers.0.input_layernorm.weight\":{\"dtype\":\"BF16\"",
                    "\"model.layers.0.input_layernorm.weight\":{\"dtype\":\"I16\" ");

            assertThatThrownBy(() -> files.map(new LayerRange(0, 2)))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("input_layernorm.weight has type I16; supported are [F32, F16, BF16");
        }

        @Test
        void aShapeThatContradictsTheConfig() throws IOException {
            write(writer().single());
            write("config.json", CheckpointWriter.CONFIG.replace("\"vocab_size\": 32", "\"vocab_size\": 31"));

            assertThatThrownBy(() -> open(folder).map(new LayerRange(0, 2)))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("embed_tokens.weight has shape [32, 8]; the configuration asks for [31, 8]");
        }

        @Test
        void aRangeOutsideTheModel() throws IOException {
            ModelFiles files = write(writer().single());

            assertThatThrownBy(() -> files.map(new LayerRange(1, 3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[1, 3)")
                    .hasMessageContaining("2 layers");
        }

        @Test
        void aFolderWithoutConfig() {
            assertThatThrownBy(() -> open(folder))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("config.json");
        }

        @Test
        void aFolderWithoutWeights() throws IOException {
            write("config.json", CheckpointWriter.CONFIG);

            assertThatThrownBy(() -> open(folder).map(new LayerRange(0, 1)))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("model.safetensors");
        }

        @ParameterizedTest
        @ValueSource(strings = {"no/such/path", "./missing", "missing.gguf", "org/name/more", "pom.xml"})
        void aLocationThatIsNothing(String location) {
            assertThatThrownBy(() -> ModelSource.of(location))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining(Path.of(location).toString())
                    .hasMessageContaining("a hub id such as");
        }
    }

    @Nested
    class Text {

        @Test
        void comesAsTheFilesAre() throws IOException {
            TextAssets assets = open(DEMO).textAssets().orElseThrow();

            assertThat(assets.getTokenizerJson().toByteArray())
                    .isEqualTo(Files.readAllBytes(DEMO.resolve("tokenizer.json")));
            assertThat(assets.getTokenizerConfigJson().toByteArray())
                    .isEqualTo(Files.readAllBytes(DEMO.resolve("tokenizer_config.json")));
            assertThat(assets.getChatTemplate()).isEqualTo(Files.readString(DEMO.resolve("chat_template.jinja")));
            assertThat(assets.hasGguf()).isFalse();
        }

        @Test
        void isAbsentWithoutATokenizer() throws IOException {
            assertThat(write(writer().single()).textAssets()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"chat_template\": \"{{ x }}\"}",
                    "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"no\"}, {\"name\": \"default\", \"template\": \"{{ x }}\"}]}"
                })
        void takesTheTemplateFromTheTokenizerConfigWhereItHasNoFile(String tokenizerConfig) throws IOException {
            write(writer().single());
            write("tokenizer.json", "{}");
            write("tokenizer_config.json", tokenizerConfig);

            assertThat(open(folder).textAssets().orElseThrow().getChatTemplate())
                    .isEqualTo("{{ x }}");
        }
    }

    @Nested
    class GenerationConfiguration {

        @Test
        void givesDefaultsAndMoreEndIds() throws IOException {
            write(writer().single());
            write("generation_config.json", """
                    {"eos_token_id": [5, 2], "temperature": 0.6, "top_k": 20, "top_p": 0.95, "min_p": 0,
                     "repetition_penalty": 1.05, "do_sample": true}""");

            ModelFiles files = open(folder);

            assertThat(files.config().endTokenIds()).containsExactly(2, 5);
            assertThat(files.generationDefaults())
                    .isEqualTo(GenerationDefaults.newBuilder()
                            .setTemperature(0.6f)
                            .setTopK(20)
                            .setTopP(0.95f)
                            .setMinP(0)
                            .setRepetitionPenalty(1.05f)
                            .build());
        }

        @Test
        void mayBeAbsent() throws IOException {
            ModelFiles files = write(writer().single());

            assertThat(files.generationDefaults()).isEqualTo(GenerationDefaults.getDefaultInstance());
            assertThat(files.config().endTokenIds()).containsExactly(2);
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"top_p\": 1.5", "\"temperature\": -1", "\"eos_token_id\": 32", "\"top_k\": \"x\""})
        void isRefusedWithKeyAndValueWhenImpossible(String entry) throws IOException {
            write(writer().single());
            write("generation_config.json", "{" + entry + "}");

            assertThatThrownBy(() -> open(folder))
                    .isInstanceOf(ModelFileException.class)
                    .hasMessageContaining("generation_config.json: " + entry.substring(1, entry.indexOf('"', 1))
                            + " is " + entry.substring(entry.indexOf(": ") + 2));
        }
    }

    @Test
    void readsTheBundledModel() {
        ModelFiles files = open(DEMO);

        try (ModelWeights weights = files.map(files.specification().allLayers())) {
            assertThat(files.name()).isEqualTo("molink-demo");
            assertThat(files.config().layers()).isEqualTo(8);
            assertThat(weights.dtype()).isEqualTo("bf16");
            assertThat(files.generationDefaults().getTemperature()).isEqualTo(0.7f);
        }
    }
}
