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
 * @param installation whether the figures of the shared machines are among it, which are the operators' alone
 * @param running sequences over all pipelines, {@code waiting} likewise
 * @param kvPercent how full the KV cache of the fullest node is
 * @param usage of the last hour
 */
public record OverviewPage(
        Health health,
        boolean installation,
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
                true,
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

    /** What a tenant sees: whether requests are answered, and its own usage. */
    static OverviewPage ofTenant(FleetSnapshot snapshot, UsageTotals usage) {
        return new OverviewPage(Health.of(PipelineView.all(snapshot)), false, List.of(), 0, 0, 0, 0, usage);
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
