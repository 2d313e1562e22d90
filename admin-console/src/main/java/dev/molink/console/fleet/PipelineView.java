package dev.molink.console.fleet;

import dev.molink.controlplane.fleet.FleetSnapshot;
import dev.molink.controlplane.fleet.NodeStatus;
import dev.molink.controlplane.fleet.PipelineStatus;
import dev.molink.controlplane.fleet.WireStatus;
import java.util.List;

/**
 * A pipeline as a page shows it. {@code reason} is a sentence when it does not serve, otherwise empty; {@code codec}
 * and {@code transmitPolicy} are empty until its head tells of its links.
 */
public record PipelineView(
        String name,
        String model,
        int modelLayers,
        PipelineStatus.State state,
        long epoch,
        int stages,
        List<LayerSpan> spans,
        String reason,
        String codec,
        String transmitPolicy,
        List<LinkView> links) {

    /** All pipelines of {@code snapshot}, in its order. */
    public static List<PipelineView> all(FleetSnapshot snapshot) {
        return snapshot.pipelines().stream()
                .map(pipeline -> of(pipeline, snapshot.nodes()))
                .toList();
    }

    /** Whether it was ever formed, so that its epoch means something. */
    public boolean formed() {
        return epoch > 0;
    }

    public boolean serving() {
        return state == PipelineStatus.State.SERVING;
    }

    /** Whether its head tells of its links. */
    public boolean wired() {
        return !codec.isEmpty();
    }

    private static PipelineView of(PipelineStatus pipeline, List<NodeStatus> nodes) {
        List<NodeStatus> stages = nodes.stream()
                .filter(node -> pipeline.nodeIds().contains(node.nodeId()))
                .toList();
        WireStatus wire = pipeline.wire();
        return new PipelineView(
                pipeline.name(),
                pipeline.model(),
                pipeline.modelLayers(),
                pipeline.state(),
                pipeline.epoch(),
                stages.size(),
                LayerSpan.of(stages, pipeline.modelLayers()),
                pipeline.reason(),
                wire == null ? "" : wire.codec(),
                wire == null ? "" : wire.transmitPolicy(),
                wire == null ? List.of() : LinkView.all(wire.links()));
    }
}
