package dev.molink.stagenode.model;

import dev.molink.stagenode.model.format.ModelFolder;
import dev.molink.stagenode.model.hub.Hub;
import dev.molink.stagenode.model.hub.HubModelId;

/** For tests that must not reach a hub. */
enum NoHub implements Hub {
    INSTANCE;

    @Override
    public ModelFolder open(HubModelId id) {
        throw new AssertionError("the hub was asked for " + id);
    }
}
