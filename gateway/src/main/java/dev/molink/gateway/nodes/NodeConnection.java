package dev.molink.gateway.nodes;

import dev.molink.controlplane.fleet.Admission;
import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.gateway.text.TextAssetStore;
import dev.molink.proto.node.v1.GatewayMessage;
import dev.molink.proto.node.v1.Heartbeat;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.NodeMessage;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.Refused;
import dev.molink.proto.node.v1.Welcome;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one node's stream: Hello first, then everything else. gRPC calls it from one thread at a time. */
final class NodeConnection implements StreamObserver<NodeMessage> {

    static final int PROTOCOL_VERSION = 5;
    private static final Logger LOG = LoggerFactory.getLogger(NodeConnection.class);

    private final NodeStreams streams;
    private final FleetRegistry fleet;
    private final TextAssetStore texts;
    private final EngineMeters engines;
    private final EvidenceIntake evidence;
    private final String gatewayId;
    private final NodeOutbox outbox;
    private @Nullable NodeSession session;
    private boolean over;

    NodeConnection(
            NodeStreams streams,
            FleetRegistry fleet,
            TextAssetStore texts,
            EngineMeters engines,
            EvidenceIntake evidence,
            String gatewayId,
            NodeOutbox outbox) {
        this.streams = streams;
        this.fleet = fleet;
        this.texts = texts;
        this.engines = engines;
        this.evidence = evidence;
        this.gatewayId = gatewayId;
        this.outbox = outbox;
    }

    @Override
    public void onNext(NodeMessage message) {
        if (over) {
            return;
        }
        NodeSession open = session;
        if (open == null) {
            hello(message);
            return;
        }
        switch (message.getMessageCase()) {
            case HEARTBEAT -> heartbeat(open, message.getHeartbeat());
            case PIPELINE -> pipeline(open, message.getPipeline());
            case EVENTS -> message.getEvents().getEventsList().forEach(event -> streams.event(open, event));
            case REPORT -> streams.report(open, message.getReport());
            case EVIDENCE -> evidence.received(open, message.getEvidence());
            case GOODBYE -> goodbye(open, message.getGoodbye().getReason());
            case HELLO, MESSAGE_NOT_SET -> refuse("after Hello a node sends no %s".formatted(message.getMessageCase()));
        }
    }

    @Override
    public void onError(Throwable failure) {
        ended(Status.fromThrowable(failure).getCode().toString());
    }

    @Override
    public void onCompleted() {
        ended("it closed its stream");
        outbox.complete();
    }

    private void hello(NodeMessage message) {
        if (!message.hasHello()) {
            refuse("a node's first message is Hello, not %s".formatted(message.getMessageCase()));
            return;
        }
        Hello hello = message.getHello();
        if (hello.getProtocolVersion() != PROTOCOL_VERSION) {
            refuse("the node speaks protocol version %d, this gateway %d"
                    .formatted(hello.getProtocolVersion(), PROTOCOL_VERSION));
            return;
        }
        switch (fleet.register(hello)) {
            case Admission.Refused refused -> refuse(refused.reason());
            case Admission.Accepted accepted -> welcome(hello, accepted.replacedNodeIds());
        }
    }

    private void welcome(Hello hello, List<String> replacedNodeIds) {
        NodeSession opened = new NodeSession(hello.getNodeId(), outbox);
        session = opened;
        streams.opened(opened, replacedNodeIds);
        opened.send(GatewayMessage.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setProtocolVersion(PROTOCOL_VERSION)
                        .setGatewayId(gatewayId)
                        .setSendText(needsText(hello)))
                .build());
        streams.form();
    }

    private void heartbeat(NodeSession open, Heartbeat beat) {
        fleet.heartbeat(open.nodeId(), beat);
        if (beat.hasEngine()) {
            engines.beat(open.nodeId(), beat.getEngine());
        }
    }

    private boolean needsText(Hello hello) {
        return hello.hasText() && !texts.has(hello.getText().getSha256());
    }

    private void pipeline(NodeSession open, PipelineReport report) {
        LOG.info(
                "pipeline {} is {} (epoch {}){}",
                report.getPipeline(),
                stateWord(report.getState()),
                report.getEpoch(),
                report.getReason().isEmpty() ? "" : ": " + report.getReason());
        fleet.report(open.nodeId(), report);
        if (report.getState() != PipelineState.PIPELINE_STATE_SERVING) {
            engines.over(open.nodeId());
        }
        streams.form();
    }

    private void goodbye(NodeSession open, String reason) {
        over = true;
        closed(open, "it said goodbye: " + reason);
        outbox.complete();
    }

    private void ended(String how) {
        NodeSession open = session;
        if (!over && open != null) {
            closed(open, how);
        }
        over = true;
        outbox.abandon();
    }

    private void closed(NodeSession open, String reason) {
        engines.over(open.nodeId());
        streams.closed(open, reason);
    }

    private void refuse(String reason) {
        over = true;
        LOG.warn("refused a node: {}", reason);
        outbox.refuse(
                GatewayMessage.newBuilder()
                        .setRefused(Refused.newBuilder().setReason(reason))
                        .build(),
                Status.FAILED_PRECONDITION.withDescription(reason));
        NodeSession open = session;
        if (open != null) {
            closed(open, reason);
        }
    }

    private static String stateWord(PipelineState state) {
        return switch (state) {
            case PIPELINE_STATE_FORMING -> "forming";
            case PIPELINE_STATE_SERVING -> "serving";
            case PIPELINE_STATE_BROKEN -> "broken";
            case PIPELINE_STATE_REFUSED -> "refused";
            case PIPELINE_STATE_UNSPECIFIED, UNRECOGNIZED -> "in a state that this version does not know";
        };
    }
}
