package dev.molink.cli;

import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.hub.CachedHub;

/** How many layers a model has, read from its configuration alone. */
final class ModelLayers {

    private ModelLayers() {}

    static int count(String location) {
        try (CachedHub hub = CachedHub.fromEnvironment()) {
            return ModelFiles.open(ModelSource.of(location), hub).config().layers();
        }
    }
}
