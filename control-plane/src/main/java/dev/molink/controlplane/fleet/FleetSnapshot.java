package dev.molink.controlplane.fleet;

import java.time.Instant;
import java.util.List;

/**
 * All that is known of the fleet at one moment.
 *
 * @param nodes by pipeline, model and first layer
 * @param pipelines by name and model
 */
public record FleetSnapshot(Instant takenAt, List<NodeStatus> nodes, List<PipelineStatus> pipelines) {

    public FleetSnapshot {
        nodes = List.copyOf(nodes);
        pipelines = List.copyOf(pipelines);
    }
}
