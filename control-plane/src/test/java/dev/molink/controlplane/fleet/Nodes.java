package dev.molink.controlplane.fleet;

import dev.molink.proto.node.v1.DeviceInfo;
import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.LinkTraffic;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.NodeState;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.StageFigures;
import dev.molink.proto.node.v1.TextAssetInfo;
import java.util.List;

/** Sample messages of nodes. */
final class Nodes {

    static final String MODEL = "molink-demo";
    static final String PIPELINE = "default";
    static final int LAYERS = 8;
    static final Heartbeat READY = beat(NodeState.NODE_STATE_READY);

    private Nodes() {}

    static Hello hello(String nodeId, int first, int end) {
        return hello(nodeId, PIPELINE, first, end);
    }

    static Hello hello(String nodeId, String pipeline, int first, int end) {
        return Hello.newBuilder()
                .setProtocolVersion(5)
                .setNodeId(nodeId)
                .setVersion("0.1.0")
                .setAdvertisedAddress(nodeId + ":50061")
                .setPipeline(pipeline)
                .setModel(ModelIdentity.newBuilder()
                        .setName(MODEL)
                        .setFingerprint("aa".repeat(32))
                        .setDtype("f32")
                        .setLayers(LAYERS))
                .setFirstLayer(first)
                .setEndLayer(end)
                .setDevice(DeviceInfo.newBuilder()
                        .setKind("cpu")
                        .setDescription("vector 512 bit, 2 threads")
                        .setMemoryBytes(1L << 30))
                .setMappedWeightBytes(6_000_000)
                .setText(TextAssetInfo.newBuilder().setSha256("bb".repeat(32)))
                .build();
    }

    static Heartbeat beat(NodeState state) {
        return Heartbeat.newBuilder()
                .setState(state)
                .setResidentBytes(150_000_000)
                .setKvBlocksUsed(3)
                .setKvBlocksTotal(100)
                .setRunningSequences(2)
                .setWaitingSequences(1)
                .build();
    }

    /** What the head of two stages tells of formation {@code epoch}. */
    static EngineFigures engine(long epoch) {
        return EngineFigures.newBuilder()
                .setEpoch(epoch)
                .setCodec("int8")
                .setTransmitPolicy("fair")
                .addStages(StageFigures.newBuilder()
                        .setLinkBytesPerSecond(12_500_000)
                        .setLinkOneWayNanos(15_000_000)
                        .setLinkTraffic(
                                LinkTraffic.newBuilder().setBusyShare(0.25).setDecodeWaitP99Nanos(2_000_000)))
                .addStages(StageFigures.newBuilder().setLinkOneWayNanos(14_000_000))
                .build();
    }

    static PipelineReport report(PipelineState state, long epoch, String... nodeIds) {
        return PipelineReport.newBuilder()
                .setPipeline(PIPELINE)
                .setState(state)
                .setEpoch(epoch)
                .addAllNodeIds(List.of(nodeIds))
                .setReason(state == PipelineState.PIPELINE_STATE_SERVING ? "" : "the head said so")
                .build();
    }
}
