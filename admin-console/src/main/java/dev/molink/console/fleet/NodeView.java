package dev.molink.console.fleet;

import dev.molink.controlplane.fleet.LayerRange;
import dev.molink.controlplane.fleet.NodeStatus;
import java.time.Duration;
import java.time.Instant;

/** A node as the page shows it; memory is written out, such as {@code 212 MiB}. */
public record NodeView(
        String nodeId,
        String address,
        String device,
        String model,
        String dtype,
        LayerRange layers,
        NodeStatus.State state,
        String memoryUsed,
        String memoryTotal,
        int memoryPercent,
        String weights,
        int kvBlocksUsed,
        int kvBlocksTotal,
        int kvPercent,
        int running,
        int waiting,
        double secondsSinceBeat) {

    private static final double LATE_SECONDS = 1.6; // a beat was missed

    static NodeView of(NodeStatus node, Instant now) {
        return new NodeView(
                node.nodeId(),
                node.address(),
                node.deviceDescription().isBlank() ? node.deviceKind() : node.deviceDescription(),
                node.model(),
                node.dtype(),
                node.layers(),
                node.state(),
                ByteText.of(node.residentBytes()),
                ByteText.of(node.deviceMemoryBytes()),
                percent(node.residentBytes(), node.deviceMemoryBytes()),
                ByteText.of(node.mappedWeightBytes()),
                node.kvBlocksUsed(),
                node.kvBlocksTotal(),
                percent(node.kvBlocksUsed(), node.kvBlocksTotal()),
                node.runningSequences(),
                node.waitingSequences(),
                Math.max(0, Duration.between(node.heartbeatAt(), now).toMillis() / 1000.0));
    }

    public boolean late() {
        return secondsSinceBeat > LATE_SECONDS;
    }

    /** How much of {@code total} is used, 0 to 100; a little is at least 1. */
    public static int percent(long used, long total) {
        if (used <= 0 || total <= 0) {
            return 0;
        }
        return Math.clamp(Math.round(100.0 * used / total), 1, 100);
    }
}
