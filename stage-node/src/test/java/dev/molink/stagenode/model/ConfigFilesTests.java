package dev.molink.stagenode.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.model.format.ModelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models of which only the configuration is known. */
class ConfigFilesTests {

    private static final String CONFIG = """
            {"model_type": "llama", "num_hidden_layers": 6, "hidden_size": 96, "intermediate_size": 256,
             "num_attention_heads": 6, "vocab_size": 320, "max_position_embeddings": 512, "eos_token_id": 2}
            """;

    @TempDir
    Path folder;

    private static ModelFiles open(String location) {
        return ModelFiles.open(ModelSource.of(location), NoHub.INSTANCE);
    }

    /** Parameters in billions as the papers tell them: 13.0, 8.0, 0.6 and 14.8. */
    @ParameterizedTest
    @CsvSource({"llama-2-13b, 13.0", "llama-3-8b, 8.0", "qwen3-0.6b, 0.6", "qwen3-14b, 14.8"})
    void publishedModelsHaveAsManyParametersAsTheirPapersSay(String name, double billions) {
        ModelConfig model = PublishedModels.config(name);

        double attention = 2.0 * model.headDim() * (model.attentionHeads() + model.keyValueHeads());
        double layer = model.hiddenSize() * (attention + 3.0 * model.intermediateSize());
        double table = 1.0 * model.hiddenSize() * model.vocabularySize();
        double parameters = model.layers() * layer + (model.tiedEmbeddings() ? 1 : 2) * table;

        assertThat(Math.round(parameters / 1e8) / 10.0).isEqualTo(billions);
    }

    @Test
    void aPublishedModelIsFoundByItsName() {
        ModelFiles files = open("sim:qwen3-14b");

        assertThat(files.name()).isEqualTo("qwen3-14b");
        assertThat(files.config()).isEqualTo(PublishedModels.config("qwen3-14b"));
        assertThat(files.textAssets()).isEmpty();
        assertThat(files.fingerprint()).isNotEqualTo(open("sim:llama-2-13b").fingerprint());
    }

    @Test
    void anUnknownNameIsAnsweredWithAllNames() {
        assertThatExceptionOfType(ModelFileException.class)
                .isThrownBy(() -> open("sim:gpt-5"))
                .withMessage("sim:gpt-5: no model of this name is built in; allowed: sim:llama-2-13b, sim:llama-3-8b,"
                        + " sim:qwen3-0.6b, sim:qwen3-14b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublishedModels.config("gpt-5"))
                .withMessageContaining("allowed: llama-2-13b, llama-3-8b, qwen3-0.6b, qwen3-14b");
    }

    @Test
    void aConfigurationFileIsAModelWithoutWeights() throws IOException {
        Path file = Files.writeString(folder.resolve("tiny.json"), CONFIG);

        ModelFiles files = open(file.toString());

        assertThat(files.name()).isEqualTo("tiny");
        assertThat(files.config().layers()).isEqualTo(6);
        assertThat(files.textAssets()).isEmpty();
        assertThatExceptionOfType(ModelFileException.class)
                .isThrownBy(() -> files.map(new LayerRange(0, 6)))
                .withMessage("tiny: the model is only a configuration, without weights; it runs on simulated devices"
                        + " such as --device sim:rtx4090");
    }

    @Test
    void aConfigJsonStandsForItsFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("config.json"), CONFIG);

        assertThat(ModelSource.of(file.toString())).isEqualTo(new ModelSource.Folder(folder.toAbsolutePath()));
        assertThatExceptionOfType(ModelFileException.class)
                .isThrownBy(() -> open(file.toString()).map(new LayerRange(0, 6)))
                .withMessageContaining("holds neither model.safetensors nor model.safetensors.index.json; without"
                        + " weights a model runs only on simulated devices such as --device sim:rtx4090");
    }
}
