package dev.molink.stagenode.model.hub;

import java.util.Set;

/** The files of a model at one commit. */
record HubRevision(String commit, Set<String> files) {

    HubRevision {
        files = Set.copyOf(files);
    }
}
