package dev.molink.console.testing;

import dev.molink.controlplane.fleet.FleetSnapshot;
import dev.molink.controlplane.fleet.LayerRange;
import dev.molink.controlplane.fleet.LinkStatus;
import dev.molink.controlplane.fleet.NodeStatus;
import dev.molink.controlplane.fleet.PipelineStatus;
import dev.molink.controlplane.fleet.WireStatus;
import java.time.Instant;
import java.util.List;

/** Fleets as gateways see them. */
public final class SampleFleets {

    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    public static final FleetSnapshot EMPTY = new FleetSnapshot(NOW, List.of(), List.of());

    private static final NodeStatus ATTIC = node("node-attic", "qwen", new LayerRange(0, 20), 400);
    private static final NodeStatus CELLAR = node("node-cellar", "qwen", new LayerRange(20, 40), 700);
    private static final NodeStatus GARAGE = node("node-garage", "llama", new LayerRange(8, 24), 2400);

    /** One pipeline of two stages that serves. */
    public static final FleetSnapshot SERVING = new FleetSnapshot(NOW, List.of(ATTIC, CELLAR), List.of(qwen()));

    /** The same, and a second one that lacks its first and its last layers. */
    public static final FleetSnapshot DEGRADED =
            new FleetSnapshot(NOW, List.of(ATTIC, CELLAR, GARAGE), List.of(qwen(), llama()));

    /** One pipeline, which does not serve. */
    public static final FleetSnapshot DOWN = new FleetSnapshot(NOW, List.of(GARAGE), List.of(llama()));

    private SampleFleets() {}

    private static PipelineStatus qwen() {
        return new PipelineStatus(
                "qwen",
                "Qwen/Qwen3-14B",
                40,
                PipelineStatus.State.SERVING,
                7,
                List.of("node-attic", "node-cellar"),
                "",
                new WireStatus(
                        "int8",
                        "fair",
                        List.of(
                                new LinkStatus(0, 12_250_000, 15_230_000, 1_840_000, 0.42),
                                new LinkStatus(1, 0, 250_000, 0, 0))));
    }

    private static PipelineStatus llama() {
        return new PipelineStatus(
                "llama",
                "meta-llama/Llama-3.1-8B-Instruct",
                32,
                PipelineStatus.State.INCOMPLETE,
                0,
                List.of("node-garage"),
                "no node holds layers [0, 8) and [24, 32)",
                null);
    }

    private static NodeStatus node(String nodeId, String pipeline, LayerRange layers, long millisSinceBeat) {
        boolean first = layers.first() == 0;
        return new NodeStatus(
                nodeId,
                "0.1.0",
                nodeId + ".example:50061",
                pipeline,
                pipeline.equals("qwen") ? "Qwen/Qwen3-14B" : "meta-llama/Llama-3.1-8B-Instruct",
                "bf16",
                pipeline.equals("qwen") ? 40 : 32,
                layers,
                pipeline.equals("qwen") ? NodeStatus.State.SERVING : NodeStatus.State.LOADING,
                "cpu",
                "vector 512 bit, 16 threads",
                64L << 30,
                14L << 30,
                (first ? 21L : 30L) << 30,
                first ? 610 : 0,
                2048,
                3,
                1,
                NOW.minusSeconds(3600),
                NOW.minusMillis(millisSinceBeat));
    }
}
