package dev.molink.controlplane.fleet;

import java.time.Instant;

/**
 * One live node.
 *
 * @param address where its neighbours dial it, {@code HOST:PORT}
 * @param modelLayers layers of the whole model
 * @param deviceMemoryBytes what the process may use
 * @param residentBytes what it uses, by its last heartbeat; 0 before the first
 */
public record NodeStatus(
        String nodeId,
        String version,
        String address,
        String pipeline,
        String model,
        String dtype,
        int modelLayers,
        LayerRange layers,
        State state,
        String deviceKind,
        String deviceDescription,
        long deviceMemoryBytes,
        long mappedWeightBytes,
        long residentBytes,
        int kvBlocksUsed,
        int kvBlocksTotal,
        int runningSequences,
        int waitingSequences,
        Instant joinedAt,
        Instant heartbeatAt) {

    /** What the node says about itself. */
    public enum State {
        LOADING,
        /** Layers loaded, in no formed pipeline. */
        READY,
        /** In a formed pipeline. */
        SERVING,
        DRAINING
    }
}
