package dev.molink.stagenode.model.hub;

import dev.molink.stagenode.model.format.ModelFolder;

/** Where models are published. */
public interface Hub {

    /**
     * The newest revision of a model, or what is known of it when the hub cannot be reached. Files are fetched when the
     * folder is asked for them.
     *
     * @throws HubException if the model is nowhere to be had
     */
    ModelFolder open(HubModelId id);
}
