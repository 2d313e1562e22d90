package dev.molink.stagenode.model.hub;

import dev.molink.stagenode.model.format.ModelFolder;

public interface Hub {
    ModelFolder open(HubModelId id);
}
