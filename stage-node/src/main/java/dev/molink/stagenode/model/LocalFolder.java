package dev.molink.stagenode.model;

import dev.molink.stagenode.model.format.ModelFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A folder on this machine. */
record LocalFolder(Path location) implements ModelFolder {

    @Override
    public Optional<Path> find(String name) {
        return Optional.of(location.resolve(name)).filter(Files::isRegularFile);
    }
}
