package dev.molink.controlplane.fleet;

import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.StageAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one pipeline name and model in layer order, and what their head last said of the pipeline. Its ranges never
 * overlap. Owned by the registry and touched under its lock only.
 *
 * <p>A report of the head holds until a node joins or leaves: the pipeline that it spoke of is another one then.
 */
final class Chain {

    /** How long the head may take before it is told again. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();

    /** How long to wait before a pipeline that broke or was refused is tried again with the same nodes. */
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

    private final ChainKey key;
    private final int modelLayers;
    private final List<LiveNode> nodes = new ArrayList<>();
    private @Nullable PipelineReport report;
    private long askAgainNanos;
    private boolean asked;

    Chain(ChainKey key, int modelLayers) {
        this.key = key;
        this.modelLayers = modelLayers;
    }

    void add(LiveNode node) {
        nodes.add(node);
        nodes.sort(Comparator.comparingInt(each -> each.layers().first()));
        forgetFormation();
    }

    void remove(LiveNode node) {
        nodes.remove(node);
        forgetFormation();
    }

    boolean isEmpty() {
        return nodes.isEmpty();
    }

    List<LiveNode> nodes() {
        return nodes;
    }

    LiveNode first() {
        return nodes.getFirst();
    }

    boolean complete() {
        return missing().isEmpty();
    }

    /** Layers that no node holds. */
    List<LayerRange> missing() {
        List<LayerRange> gaps = new ArrayList<>();
        int covered = 0;
        for (LiveNode node : nodes) {
            if (node.layers().first() > covered) {
                gaps.add(new LayerRange(covered, node.layers().first()));
            }
            covered = node.layers().end();
        }
        if (covered < modelLayers) {
            gaps.add(new LayerRange(covered, modelLayers));
        }
        return gaps;
    }

    String missingSentence() {
        String gaps = missing().stream().map(LayerRange::toString).collect(Collectors.joining(" and "));
        return "layers %s of %s are held by no node".formatted(gaps, key.model());
    }

    /** Takes the head's word, unless it speaks of other nodes than are here. */
    void report(PipelineReport said, long nowNanos) {
        if (said.getNodeIdsCount() > 0 && !said.getNodeIdsList().equals(nodeIds())) {
            return;
        }
        report = said;
        asked = true;
        askAgainNanos =
                nowNanos + (said.getState() == PipelineState.PIPELINE_STATE_FORMING ? PATIENCE_NANOS : RETRY_NANOS);
    }

    /** The formation that the head is to be told now; null when there is nothing to tell. */
    @Nullable
    FormPipeline formation(long nowNanos) {
        if (serving() || !complete() || !nodes.stream().allMatch(LiveNode::usable)) {
            return null;
        }
        if (asked && nowNanos - askAgainNanos < 0) {
            return null;
        }
        asked = true;
        askAgainNanos = nowNanos + PATIENCE_NANOS;
        return FormPipeline.newBuilder()
                .setPipeline(key.pipeline())
                .addAllStages(nodes.stream().map(Chain::stage).toList())
                .build();
    }

    /** The pipeline as requests see it; null while it takes none. */
    @Nullable
    ServingPipeline route() {
        return report != null && serving() && nodes.stream().noneMatch(Chain::draining)
                ? new ServingPipeline(key.pipeline(), key.model(), report.getEpoch(), first().nodeId())
                : null;
    }

    PipelineStatus status() {
        PipelineStatus.State state = state();
        String reason = switch (state) {
            case INCOMPLETE -> missingSentence();
            case FORMING, BROKEN, REFUSED -> report == null ? "" : report.getReason();
            case SERVING -> "";
        };
        return new PipelineStatus(
                key.pipeline(),
                key.model(),
                modelLayers,
                state,
                report == null ? 0 : report.getEpoch(),
                nodeIds(),
                reason,
                wire());
    }

    /** The links, unless the head's last heartbeat was of another formation. */
    private @Nullable WireStatus wire() {
        EngineFigures figures = first().engine();
        return report != null && figures != null && serving() && figures.getEpoch() == report.getEpoch()
                ? WireStatus.of(figures)
                : null;
    }

    private PipelineStatus.State state() {
        if (!complete()) {
            return PipelineStatus.State.INCOMPLETE;
        }
        if (report == null) {
            return PipelineStatus.State.FORMING;
        }
        return switch (report.getState()) {
            case PIPELINE_STATE_SERVING -> PipelineStatus.State.SERVING;
            case PIPELINE_STATE_BROKEN -> PipelineStatus.State.BROKEN;
            case PIPELINE_STATE_REFUSED -> PipelineStatus.State.REFUSED;
            case PIPELINE_STATE_FORMING, PIPELINE_STATE_UNSPECIFIED, UNRECOGNIZED -> PipelineStatus.State.FORMING;
        };
    }

    private boolean serving() {
        return state() == PipelineStatus.State.SERVING;
    }

    private void forgetFormation() {
        report = null;
        asked = false;
    }

    private List<String> nodeIds() {
        return nodes.stream().map(LiveNode::nodeId).toList();
    }

    private static boolean draining(LiveNode node) {
        return node.state() == NodeStatus.State.DRAINING;
    }

    private static StageAddress stage(LiveNode node) {
        return StageAddress.newBuilder()
                .setNodeId(node.nodeId())
                .setAddress(node.hello().getAdvertisedAddress())
                .setFirstLayer(node.layers().first())
                .setEndLayer(node.layers().end())
                .build();
    }
}
