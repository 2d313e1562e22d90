package dev.molink.console.overview;

import dev.molink.console.fleet.NodeView;
import dev.molink.console.fleet.PipelineView;
import dev.molink.controlplane.fleet.FleetSnapshot;
import dev.molink.controlplane.fleet.NodeStatus;
import dev.molink.controlplane.usage.UsageTotals;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * All that the overview shows.
 *
 * @param running sequences over all pipelines, {@code waiting} likewise
 * @param kvPercent how full the KV cache of the fullest node is
 * @param usage of the last hour
 */
public record OverviewPage(
        Health health,
        List<PipelineView> pipelines,
        int nodes,
        int running,
        int waiting,
        int kvPercent,
        UsageTotals usage) {

    static OverviewPage of(FleetSnapshot snapshot, UsageTotals usage) {
        List<PipelineView> pipelines = PipelineView.all(snapshot);
        List<NodeStatus> nodes = snapshot.nodes();
        return new OverviewPage(
                Health.of(pipelines),
                pipelines,
                nodes.size(),
                sequences(nodes, NodeStatus::runningSequences),
                sequences(nodes, NodeStatus::waitingSequences),
                nodes.stream()
                        .mapToInt(node -> NodeView.percent(node.kvBlocksUsed(), node.kvBlocksTotal()))
                        .max()
                        .orElse(0),
                usage);
    }

    public long pipelinesServing() {
        return pipelines.stream().filter(PipelineView::serving).count();
    }

    /** A sequence runs on every stage of its pipeline, but is one sequence. */
    private static int sequences(List<NodeStatus> nodes, ToIntFunction<NodeStatus> count) {
        return nodes.stream()
                .collect(Collectors.toMap(node -> List.of(node.pipeline(), node.model()), count::applyAsInt, Math::max))
                .values()
                .stream()
                .mapToInt(Integer::intValue)
                .sum();
    }
}
