package dev.molink.stagenode.model;

import dev.molink.proto.node.v1.GenerationDefaults;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.architecture.Architectures;
import dev.molink.stagenode.model.architecture.DecoderSpecification;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.model.architecture.TensorNaming;
import dev.molink.stagenode.model.format.ConfigValues;
import dev.molink.stagenode.model.format.ModelFolder;
import dev.molink.stagenode.model.format.StrictJson;
import dev.molink.stagenode.model.safetensors.SafetensorsCheckpoint;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A model in Hugging Face layout, on this machine or fetched from a hub. */
final class CheckpointFiles implements ModelFiles {

    private static final int MAX_CONFIG_BYTES = 4 << 20;
    private static final String LAYERS = "layers.";

    /** Tables that old checkpoints carry although they follow from the configuration. */
    private static final List<String> TABLES = List.of(".rotary_emb.inv_freq");

    private final String name;
    private final ModelFolder folder;
    private final DecoderSpecification specification;
    private final GenerationConfig generation;

    private CheckpointFiles(
            String name, ModelFolder folder, DecoderSpecification specification, GenerationConfig generation) {
        this.name = name;
        this.folder = folder;
        this.specification = specification;
        this.generation = generation;
    }

    static CheckpointFiles open(String name, ModelFolder folder) {
        Path file = folder.require("config.json");
        ConfigValues values = new ConfigValues(file, StrictJson.read(file, MAX_CONFIG_BYTES));
        ModelConfig config = Architectures.specify(values).config();
        GenerationConfig generation = GenerationConfig.read(folder, config.vocabularySize());
        Set<Integer> endTokenIds = new LinkedHashSet<>(config.endTokenIds());
        endTokenIds.addAll(generation.endTokenIds());
        ModelConfig complete = config.withEndTokenIds(List.copyOf(endTokenIds));
        return new CheckpointFiles(name, folder, Architectures.specify(values, complete), generation);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public DecoderSpecification specification() {
        return specification;
    }

    @Override
    public GenerationDefaults generationDefaults() {
        return generation.defaults();
    }

    @Override
    public Optional<TextAssets> textAssets() {
        return CheckpointText.read(folder);
    }

    @Override
    public ModelWeights map(LayerRange range) {
        LayerRange checked = LayerRange.of(range.first(), range.end(), config().layers());
        TensorSelection selection = new TensorSelection(specification, TensorNaming.CHECKPOINT);
        SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(folder);
        selection.requireKnown(folder.location(), checkpoint.names(), LAYERS, TABLES);
        return selection.map(
                checked, checkpoint.require(selection.names(checked).values()));
    }
}
