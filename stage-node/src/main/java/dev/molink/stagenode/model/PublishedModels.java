package dev.molink.stagenode.model;

import dev.molink.stagenode.model.architecture.Architectures;
import dev.molink.stagenode.model.architecture.DecoderSpecification;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.model.format.ConfigValues;
import dev.molink.stagenode.model.format.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Well-known models by their published dimensions, without weights or text: enough for simulated devices. Their files
 * have the keys of {@code config.json}; docs/simulated-devices.md says where the numbers come from.
 */
public final class PublishedModels {

    private static final List<String> NAMES = List.of("llama-2-13b", "llama-3-8b", "qwen3-0.6b", "qwen3-14b");

    private PublishedModels() {}

    /** What can be asked for. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * The dimensions of a model.
     *
     * @throws IllegalArgumentException that lists the names if there is no such model
     */
    public static ModelConfig config(String name) {
        return specification(name).config();
    }

    static DecoderSpecification specification(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException(
                    "no model '%s' is built in; allowed: %s".formatted(name, String.join(", ", NAMES)));
        }
        String resource = "published/%s.json".formatted(name);
        Path file = Path.of(resource);
        return Architectures.specify(new ConfigValues(file, StrictJson.parse(file, "the resource", bytes(resource))));
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = PublishedModels.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource %s is missing from this build".formatted(resource));
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
