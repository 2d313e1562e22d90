package dev.molink.stagenode.model;

import dev.molink.proto.node.v1.GenerationDefaults;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.architecture.Architectures;
import dev.molink.stagenode.model.architecture.DecoderSpecification;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.model.format.ConfigValues;
import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.format.StrictJson;
import java.nio.file.Path;
import java.util.Optional;

/** A model of which only the configuration is known: neither weights nor text. */
record ConfigFiles(String name, DecoderSpecification specification) implements ModelFiles {

    private static final int MAX_BYTES = 4 << 20;

    static ConfigFiles open(String name, Path file) {
        return new ConfigFiles(name, Architectures.specify(new ConfigValues(file, StrictJson.read(file, MAX_BYTES))));
    }

    @Override
    public GenerationDefaults generationDefaults() {
        return GenerationDefaults.getDefaultInstance();
    }

    @Override
    public Optional<TextAssets> textAssets() {
        return Optional.empty();
    }

    @Override
    public ModelWeights map(LayerRange range) {
        throw new ModelFileException(
                Path.of(name),
                "the model is only a configuration, without weights; it runs on simulated devices such as --device sim:rtx4090");
    }
}
