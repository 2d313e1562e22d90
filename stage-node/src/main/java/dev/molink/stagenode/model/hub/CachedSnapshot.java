package dev.molink.stagenode.model.hub;

import dev.molink.stagenode.model.format.ModelFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the cache holds of a model while its hub is out of reach.
 *
 * @param reason why nothing can be fetched
 */
record CachedSnapshot(Path location, String reason) implements ModelFolder {

    @Override
    public Optional<Path> find(String name) {
        return Optional.of(location.resolve(name)).filter(Files::isRegularFile);
    }

    @Override
    public String extent() {
        return "the cache, and it cannot be fetched: " + reason;
    }
}
