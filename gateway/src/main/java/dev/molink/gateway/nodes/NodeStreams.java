package dev.molink.gateway.nodes;

import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.controlplane.fleet.ServingPipeline;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import io.grpc.Status;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of all nodes that are connected to this gateway, by node id: routes requests to heads, events back to the
 * threads that answer, and formations to heads whose chain became complete.
 */
final class NodeStreams implements Heads {

    private static final Logger LOG = LoggerFactory.getLogger(NodeStreams.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final FleetRegistry fleet;
    private final RequestReports reports;
    private final Clock clock;
    private final Map<String, NodeSession> sessions = new ConcurrentHashMap<>();
    private volatile boolean draining;

    NodeStreams(FleetRegistry fleet, RequestReports reports, Clock clock) {
        this.fleet = fleet;
        this.reports = reports;
        this.clock = clock;
    }

    /** Takes over a node's stream; older streams of the same node, and of the nodes whose place it takes, end. */
    void opened(NodeSession session, List<String> replacedNodeIds) {
        NodeSession older = sessions.put(session.nodeId(), session);
        if (older != null) {
            replaced(older);
        }
        for (String nodeId : replacedNodeIds) {
            if (!nodeId.equals(session.nodeId())) {
                NodeSession other = sessions.remove(nodeId);
                if (other != null) {
                    replaced(other);
                }
            }
        }
    }

    private void replaced(NodeSession older) {
        lost(older.close(
                Status.ABORTED.withDescription("a newer stream took this node's place"), "its head connected anew"));
    }

    /** The stream is over; the node leaves unless it has a newer one. */
    void closed(NodeSession session, String reason) {
        if (sessions.remove(session.nodeId(), session)) {
            fleet.remove(session.nodeId(), reason);
        }
        lost(session.lose(reason));
    }

    /** Ends the streams of silent nodes and forms chains that became complete; called by the clock. */
    void tick() {
        if (draining && sessions.values().stream().allMatch(session -> session.inFlight() == 0)) {
            shutdown();
            return;
        }
        for (String nodeId : fleet.expire()) {
            NodeSession session = sessions.remove(nodeId);
            if (session != null) {
                lost(session.close(
                        Status.UNAVAILABLE.withDescription("no heartbeat came for three intervals"),
                        "its head missed three heartbeats"));
            }
        }
        form();
    }

    void form() {
        for (FormPipeline formation : fleet.formable()) {
            NodeSession head = sessions.get(formation.getStages(0).getNodeId());
            if (head != null && head.form(formation)) {
                LOG.info("pipeline {} is complete: {} stages", formation.getPipeline(), formation.getStagesCount());
            }
        }
    }

    void event(NodeSession session, GenerateEvent event) {
        HeadRequest request = session.find(event.getRequestId());
        if (request != null) {
            request.accept(event);
        } else {
            session.cancel(event.getRequestId(), CancelReason.CANCEL_REASON_CLIENT_GONE);
        }
    }

    void report(NodeSession session, RequestReport report) {
        HeadRequest request = session.end(report);
        reports.reported(report, request, () -> session.acknowledge(report.getRequestId()));
    }

    /** From now on no request starts; once those in flight have ended, so do the streams. */
    void drain() {
        draining = true;
    }

    /** Ends every stream: nodes dial again, maybe another replica. */
    void shutdown() {
        for (NodeSession session : List.copyOf(sessions.values())) {
            lost(session.close(Status.UNAVAILABLE.withDescription("the gateway stops"), "the gateway stops"));
        }
        sessions.clear();
    }

    /** One at a time, so that two requests that come together see each other's load. */
    @Override
    public synchronized HeadRequest submit(String model, GenerateRequest request, int prompt, GenerationInbox inbox) {
        if (draining) {
            throw ApiException.retryable(ErrorCode.OVERLOADED, "The server is stopping. Please try again.", RETRY);
        }
        List<Route> routes = routes(model);
        for (Route route : routes) {
            HeadRequest submitted = new HeadRequest(request, route.pipeline(), prompt, inbox, clock);
            reports.submitting(submitted);
            if (route.head().generate(submitted)) {
                return submitted;
            }
            reports.notSubmitted(submitted);
        }
        throw ApiException.retryable(
                ErrorCode.OVERLOADED,
                routes.isEmpty()
                        ? "No complete pipeline serves the model '%s' just now. Please try again.".formatted(model)
                        : "The model '%s' is overloaded. Please try again in a moment.".formatted(model),
                RETRY);
    }

    /** Where requests of the model can go, the least busy head first. */
    private List<Route> routes(String model) {
        List<Route> routes = new ArrayList<>();
        for (ServingPipeline pipeline : fleet.serving(model)) {
            NodeSession head = sessions.get(pipeline.headNodeId());
            if (head != null) {
                routes.add(new Route(pipeline, head, head.inFlight()));
            }
        }
        routes.sort(Comparator.comparingInt(Route::inFlight));
        return routes;
    }

    @Override
    public void cancel(HeadRequest request, CancelReason reason) {
        NodeSession head = sessions.get(request.pipeline().headNodeId());
        if (head != null && head.find(request.requestId()) != null) {
            head.cancel(request.requestId(), reason);
        }
    }

    private void lost(List<HeadRequest> requests) {
        requests.forEach(reports::lost);
    }

    private record Route(ServingPipeline pipeline, NodeSession head, int inFlight) {}
}
