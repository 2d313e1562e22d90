package dev.molink.stagenode.model;

import dev.molink.proto.node.v1.GenerationDefaults;
import dev.molink.stagenode.model.format.ConfigValues;
import dev.molink.stagenode.model.format.ModelFolder;
import dev.molink.stagenode.model.format.StrictJson;
import java.util.List;
import java.util.Optional;

/**
 * What {@code generation_config.json} says. Its sampling values count whether or not {@code do_sample} is set, as other
 * servers read it; a value that means "off" is left out.
 */
record GenerationConfig(GenerationDefaults defaults, List<Integer> endTokenIds) {

    private static final String FILE = "generation_config.json";
    private static final int MAX_BYTES = 1 << 20;
    private static final double MAX_TEMPERATURE = 100;
    private static final double MAX_PENALTY = 100;

    static GenerationConfig read(ModelFolder folder, int vocabularySize) {
        return folder.find(FILE)
                .map(file -> new ConfigValues(file, StrictJson.read(file, MAX_BYTES)))
                .map(values -> read(values, vocabularySize))
                .orElseGet(() -> new GenerationConfig(GenerationDefaults.getDefaultInstance(), List.of()));
    }

    private static GenerationConfig read(ConfigValues values, int vocabularySize) {
        GenerationDefaults.Builder defaults = GenerationDefaults.newBuilder();
        number(values, "temperature", MAX_TEMPERATURE).ifPresent(defaults::setTemperature);
        number(values, "top_p", 1).ifPresent(defaults::setTopP);
        number(values, "min_p", 1).ifPresent(defaults::setMinP);
        number(values, "repetition_penalty", MAX_PENALTY)
                .filter(penalty -> penalty > 0)
                .ifPresent(defaults::setRepetitionPenalty);
        int topK = values.intOr("top_k", 0, -1, Integer.MAX_VALUE);
        if (topK > 0) {
            defaults.setTopK(topK);
        }
        return new GenerationConfig(defaults.build(), values.oneOrManyInts("eos_token_id", 0, vocabularySize - 1));
    }

    private static Optional<Float> number(ConfigValues values, String key, double most) {
        return values.has(key) ? Optional.of((float) values.requireNumber(key, 0, most)) : Optional.empty();
    }
}
