package dev.molink.console.fleet;

import dev.molink.controlplane.fleet.LayerRange;
import dev.molink.controlplane.fleet.NodeStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Layers of a pipeline that one node holds, or that no node holds, as a piece of a bar.
 *
 * @param nodeId empty when no node holds them
 * @param left where the piece begins, in thousandths of the bar
 * @param width how long it is, in thousandths of the bar
 */
public record LayerSpan(LayerRange layers, String nodeId, int left, int width) {

    private static final int BAR = 1000;
    private static final int GAP = 4;

    public boolean held() {
        return !nodeId.isEmpty();
    }

    /** The pieces in order, without a hole: they cover all {@code modelLayers}. */
    static List<LayerSpan> of(List<NodeStatus> nodes, int modelLayers) {
        List<LayerSpan> spans = new ArrayList<>();
        int next = 0;
        for (NodeStatus node : nodes.stream()
                .sorted(Comparator.comparingInt(node -> node.layers().first()))
                .toList()) {
            if (node.layers().first() > next) {
                spans.add(span(new LayerRange(next, node.layers().first()), "", modelLayers));
            }
            spans.add(span(node.layers(), node.nodeId(), modelLayers));
            next = node.layers().end();
        }
        if (next < modelLayers) {
            spans.add(span(new LayerRange(next, modelLayers), "", modelLayers));
        }
        return spans;
    }

    private static LayerSpan span(LayerRange layers, String nodeId, int modelLayers) {
        int left = BAR * layers.first() / modelLayers;
        int right = BAR * layers.end() / modelLayers;
        return new LayerSpan(layers, nodeId, left, Math.max(1, right - left - GAP));
    }
}
