package dev.molink.stagenode.model;

import dev.molink.proto.node.v1.GenerationDefaults;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.architecture.Architectures;
import dev.molink.stagenode.model.architecture.DecoderSpecification;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.model.hub.Hub;
import java.util.Optional;

/**
 * A model that was found and whose configuration was checked. No weight was read yet: {@link #map} does that, for the
 * layers of one stage. Every method may throw {@link dev.molink.stagenode.model.format.ModelLoadException}.
 */
public sealed interface ModelFiles permits CheckpointFiles, ConfigFiles, GgufFiles {

    /**
     * Finds and checks a model.
     *
     * @param hub asked only when the source is a hub id; {@link dev.molink.stagenode.model.hub.CachedHub} for programs. It must stay
     *     open as long as files may have to be fetched: up to the last {@link #map}
     */
    static ModelFiles open(ModelSource source, Hub hub) {
        return switch (source) {
            case ModelSource.Folder(var path) -> CheckpointFiles.open(source.name(), new LocalFolder(path));
            case ModelSource.GgufFile(var path) -> GgufFiles.open(source.name(), path);
            case ModelSource.ConfigFile(var path) -> ConfigFiles.open(source.name(), path);
            case ModelSource.Published(var name) -> new ConfigFiles(name, PublishedModels.specification(name));
            case ModelSource.HubModel(var id) -> CheckpointFiles.open(source.name(), hub.open(id));
        };
    }

    /** A model of which only the configuration is known. */
    static ModelFiles of(String name, ModelConfig config) {
        return new ConfigFiles(name, Architectures.specify(config));
    }

    /** The model id that clients see unless the operator names another. */
    String name();

    /** What the model computes and which tensors it has. */
    DecoderSpecification specification();

    default ModelConfig config() {
        return specification().config();
    }

    /** Hex SHA-256 that all stages of a model agree on, whatever layers they hold; see {@link Fingerprint} for the rule. */
    default String fingerprint() {
        return Fingerprint.of(specification());
    }

    /** What a request that leaves a sampling parameter out gets. */
    GenerationDefaults generationDefaults();

    /** Tokenizer and chat template; empty when the model has none beside it. */
    Optional<TextAssets> textAssets();

    /**
     * Maps the tensors that a stage with these layers needs, and checks each against the specification. Fetches missing
     * shards first when the model is a hub's.
     *
     * @throws IllegalArgumentException if the range reaches outside the model
     */
    ModelWeights map(LayerRange range);
}
