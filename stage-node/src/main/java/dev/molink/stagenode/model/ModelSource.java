package dev.molink.stagenode.model;

import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.hub.HubModelId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@code --model} names. */
public sealed interface ModelSource {

    /** A folder in Hugging Face layout. */
    record Folder(Path path) implements ModelSource {

        @Override
        public String name() {
            return path.toAbsolutePath().normalize().getFileName().toString();
        }
    }

    /** A GGUF file. */
    record GgufFile(Path path) implements ModelSource {

        @Override
        public String name() {
            String file = path.toAbsolutePath().normalize().getFileName().toString();
            return isGguf(file) ? file.substring(0, file.length() - GGUF.length()) : file;
        }
    }

    /** A configuration in the form of {@code config.json}, without weights or text. */
    record ConfigFile(Path path) implements ModelSource {

        @Override
        public String name() {
            String file = path.toAbsolutePath().normalize().getFileName().toString();
            return file.substring(0, file.length() - JSON.length());
        }
    }

    /** One of {@link PublishedModels}. */
    record Published(String name) implements ModelSource {}

    /** A model of a hub. */
    record HubModel(HubModelId id) implements ModelSource {

        @Override
        public String name() {
            return id.toString();
        }
    }

    String GGUF = ".gguf";
    String JSON = ".json";

    /** Stands before the name of a model that is built in by its dimensions. */
    String PUBLISHED = "sim:";

    /** The model id that the source suggests. */
    String name();

    /** What is on disk wins over what only looks like a hub id. */
    static ModelSource of(String location) {
        if (location.startsWith(PUBLISHED)) {
            return published(location);
        }
        Path path = Path.of(location);
        if (Files.isDirectory(path)) {
            return new Folder(path);
        }
        if (Files.isRegularFile(path) && isGguf(location)) {
            return new GgufFile(path);
        }
        if (Files.isRegularFile(path) && location.endsWith(JSON)) {
            return configuration(path);
        }
        if (!Files.exists(path) && !isGguf(location) && HubModelId.matches(location)) {
            return new HubModel(HubModelId.parse(location));
        }
        String found = Files.exists(path) ? "is a file of another kind" : "does not exist";
        throw new ModelFileException(
                path,
                found
                        + "; allowed is a folder in Hugging Face layout, a .gguf file, or a hub id such as Qwen/Qwen3-0.6B; for simulated devices also a config.json or sim:NAME");
    }

    private static ModelSource published(String location) {
        String name = location.substring(PUBLISHED.length());
        if (!PublishedModels.names().contains(name)) {
            throw new ModelFileException(
                    Path.of(location),
                    "no model of this name is built in; allowed: "
                            + PublishedModels.names().stream()
                                    .map(PUBLISHED::concat)
                                    .collect(Collectors.joining(", ")));
        }
        return new Published(name);
    }

    /** Beside a {@code config.json}, the folder may hold a tokenizer. */
    private static ModelSource configuration(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder != null && file.endsWith("config.json") ? new Folder(folder) : new ConfigFile(file);
    }

    private static boolean isGguf(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(GGUF);
    }
}
