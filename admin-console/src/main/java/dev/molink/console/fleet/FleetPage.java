package dev.molink.console.fleet;

import dev.molink.controlplane.fleet.FleetSnapshot;
import java.util.List;

/** All that the fleet page shows. */
public record FleetPage(List<PipelineView> pipelines, List<NodeView> nodes) {

    static FleetPage of(FleetSnapshot snapshot) {
        return new FleetPage(
                PipelineView.all(snapshot),
                snapshot.nodes().stream()
                        .map(node -> NodeView.of(node, snapshot.takenAt()))
                        .toList());
    }
}
