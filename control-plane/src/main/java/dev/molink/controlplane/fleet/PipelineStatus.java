package dev.molink.controlplane.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes with one pipeline name and model, as a chain.
 *
 * @param modelLayers layers of the whole model
 * @param epoch of the formation; 0 before the first
 * @param nodeIds in layer order
 * @param reason a sentence when it does not serve, otherwise empty
 * @param wire its links; null while it does not serve, and until its head tells
 */
public record PipelineStatus(
        String name,
        String model,
        int modelLayers,
        State state,
        long epoch,
        List<String> nodeIds,
        String reason,
        @Nullable WireStatus wire) {

    public PipelineStatus {
        nodeIds = List.copyOf(nodeIds);
    }

    /** How far the chain is from serving. */
    public enum State {
        /** Some layers are held by no node. */
        INCOMPLETE,
        /** Complete; the head is yet to form it, or does so just now. */
        FORMING,
        SERVING,
        /** Complete, but the head lost a stage and has not formed it anew. */
        BROKEN,
        /** Complete, but the stages do not fit together. */
        REFUSED
    }
}
