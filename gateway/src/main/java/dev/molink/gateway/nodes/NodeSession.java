package dev.molink.gateway.nodes;

import dev.molink.controlplane.faults.FailPoint;
import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.CancelRequest;
import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.GatewayMessage;
import dev.molink.proto.node.v1.ReportAcknowledgement;
import dev.molink.proto.node.v1.RequestReport;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One node's stream and, where the node is a head, the requests that run on it. Safe for any number of threads. */
final class NodeSession {

    private final String nodeId;
    private final NodeOutbox outbox;
    private final Map<String, HeadRequest> requests = new ConcurrentHashMap<>();

    NodeSession(String nodeId, NodeOutbox outbox) {
        this.nodeId = nodeId;
        this.outbox = outbox;
    }

    String nodeId() {
        return nodeId;
    }

    /** Requests in flight; the router's measure of how busy the head is. */
    int inFlight() {
        return requests.size();
    }

    @Nullable
    HeadRequest find(String requestId) {
        return requests.get(requestId);
    }

    /** Whether the head was told; false when it does not keep up or is gone. */
    boolean generate(HeadRequest request) {
        requests.put(request.requestId(), request);
        FailPoint.pass("head.before-generate");
        boolean sent =
                send(GatewayMessage.newBuilder().setGenerate(request.request()).build());
        FailPoint.pass("head.after-generate");
        if (!sent) {
            requests.remove(request.requestId());
        }
        return sent;
    }

    void cancel(String requestId, CancelReason reason) {
        FailPoint.pass("head.before-cancel");
        send(GatewayMessage.newBuilder()
                .setCancel(CancelRequest.newBuilder().setRequestId(requestId).setReason(reason))
                .build());
        FailPoint.pass("head.after-cancel");
    }

    boolean form(FormPipeline formation) {
        return send(GatewayMessage.newBuilder().setForm(formation).build());
    }

    /** The head's last word arrived: the request is no longer in flight. Returns null for one of an earlier gateway. */
    @Nullable
    HeadRequest end(RequestReport report) {
        HeadRequest request = requests.remove(report.getRequestId());
        if (request != null) {
            request.end(report);
        }
        return request;
    }

    void acknowledge(String requestId) {
        FailPoint.pass("head.before-acknowledge");
        send(GatewayMessage.newBuilder()
                .setAcknowledge(ReportAcknowledgement.newBuilder().setRequestId(requestId))
                .build());
        FailPoint.pass("head.after-acknowledge");
    }

    boolean send(GatewayMessage message) {
        return outbox.offer(message);
    }

    /** Ends the stream from this side; requests in flight are lost and returned. */
    List<HeadRequest> close(Status status, String reason) {
        outbox.fail(status);
        return lose(reason);
    }

    /** The stream ended on the node's side; requests in flight are lost and returned. */
    List<HeadRequest> lose(String reason) {
        outbox.abandon();
        List<HeadRequest> lost = List.copyOf(requests.values());
        requests.clear();
        lost.forEach(request -> request.lose(reason));
        return lost;
    }
}
