package dev.molink.stagenode.model;

import dev.molink.stagenode.model.format.ModelFileException;
import dev.molink.stagenode.model.hub.HubModelId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

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

    /** A model of a hub. */
    record HubModel(HubModelId id) implements ModelSource {

        @Override
        public String name() {
            return id.toString();
        }
    }

    String GGUF = ".gguf";

    /** The model id that the source suggests. */
    String name();

    /** What is on disk wins over what only looks like a hub id. */
    static ModelSource of(String location) {
        Path path = Path.of(location);
        if (Files.isDirectory(path)) {
            return new Folder(path);
        }
        if (Files.isRegularFile(path) && isGguf(location)) {
            return new GgufFile(path);
        }
        if (!Files.exists(path) && !isGguf(location) && HubModelId.matches(location)) {
            return new HubModel(HubModelId.parse(location));
        }
        String found = Files.exists(path) ? "is a file of another kind" : "does not exist";
        throw new ModelFileException(
                path,
                found
                        + "; allowed is a folder in Hugging Face layout, a .gguf file, or a hub id such as Qwen/Qwen3-0.6B");
    }

    private static boolean isGguf(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(GGUF);
    }
}
