package dev.molink.gateway.nodes;

import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.gateway.text.TextAssetStore;
import dev.molink.proto.node.v1.GatewayMessage;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.NodeServiceGrpc;
import dev.molink.proto.node.v1.TextAssetChunk;
import dev.molink.proto.node.v1.TextAssetReceipt;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** The gRPC service that nodes dial. */
final class NodeEndpoint extends NodeServiceGrpc.NodeServiceImplBase {

    private final NodeStreams streams;
    private final FleetRegistry fleet;
    private final TextAssetStore texts;
    private final EngineMeters engines;
    private final EvidenceIntake evidence;
    private final String gatewayId;

    NodeEndpoint(
            NodeStreams streams,
            FleetRegistry fleet,
            TextAssetStore texts,
            EngineMeters engines,
            EvidenceIntake evidence,
            String gatewayId) {
        this.streams = streams;
        this.fleet = fleet;
        this.texts = texts;
        this.engines = engines;
        this.evidence = evidence;
        this.gatewayId = gatewayId;
    }

    @Override
    public StreamObserver<NodeMessage> connect(StreamObserver<GatewayMessage> answers) {
        NodeOutbox outbox = new NodeOutbox((ServerCallStreamObserver<GatewayMessage>) answers);
        return new NodeConnection(streams, fleet, texts, engines, evidence, gatewayId, outbox);
    }

    @Override
    public StreamObserver<TextAssetChunk> uploadText(StreamObserver<TextAssetReceipt> answer) {
        return new TextUpload(texts, answer, streams::form);
    }
}
