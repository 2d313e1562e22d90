package dev.molink.stagenode.gatewaylink;

import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.GatewayMessage;
import dev.molink.proto.node.v1.GenerateEvent;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.stagenode.gatewaylink.GatewaySession.Ending;
import dev.molink.stagenode.journal.CounterJournal;
import dev.molink.stagenode.journal.ReportJournal;
import dev.molink.stagenode.link.HostPort;
import dev.molink.stagenode.link.PeerDialer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's streams to all its gateways. Requests belong to the gateway they came from: their tokens go there, and when
 * its stream is lost they are cancelled, since the client's connection died with it. Final reports and evidence go through
 * journals and wait there for any gateway.
 */
public final class GatewayLinks implements AutoCloseable {

    /** A node that was killed leaves a ghost that holds its layers for three heartbeats; longer refusals are meant. */
    private static final Duration REFUSAL_PATIENCE = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(GatewayLinks.class);

    private final NodeProfile profile;
    private final NodeDuties duties;
    private final PeerDialer dialer;
    private final RandomGenerator random;
    private final Duration refusalPatience;
    private final Consumer<String> onHopeless;
    private final ReportDelivery reports;
    private final EvidenceDelivery evidence;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("gateway-link").daemon().factory());

    private final Map<HostPort, Attachment> attachments = new ConcurrentHashMap<>();
    private final Map<String, GatewaySession> origins = new ConcurrentHashMap<>();

    /** The newest report on the pipeline, for gateways that register later. */
    private volatile @Nullable PipelineReport pipeline;

    private volatile boolean everRegistered;
    private volatile boolean closing;

    private record Attachment(GatewaySession session, Backoff backoff) {}

    /**
     * @param onHopeless called with a sentence when no gateway ever took this node and waiting will not mend it
     */
    public GatewayLinks(
            NodeProfile profile,
            NodeDuties duties,
            PeerDialer dialer,
            ReportJournal journal,
            CounterJournal counters,
            RandomGenerator random,
            Consumer<String> onHopeless) {
        this(profile, duties, dialer, journal, counters, random, REFUSAL_PATIENCE, onHopeless);
    }

    GatewayLinks(
            NodeProfile profile,
            NodeDuties duties,
            PeerDialer dialer,
            ReportJournal journal,
            CounterJournal counters,
            RandomGenerator random,
            Duration refusalPatience,
            Consumer<String> onHopeless) {
        this.refusalPatience = refusalPatience;
        this.profile = profile;
        this.duties = duties;
        this.dialer = dialer;
        this.random = random;
        this.onHopeless = onHopeless;
        this.reports = new ReportDelivery(journal, this::anyRegistered);
        this.evidence = new EvidenceDelivery(counters, this::anyRegistered);
        Future<?> _ = timer.scheduleAtFixedRate(this::beat, 1, 1, TimeUnit.SECONDS);
    }

    /** Registers with a gateway from now on; one that is known already changes nothing. */
    public void add(HostPort gateway) {
        attachments.computeIfAbsent(gateway, this::attach);
        timer.execute(
                () -> Objects.requireNonNull(attachments.get(gateway)).session().connect());
    }

    private Attachment attach(HostPort gateway) {
        GatewaySession session = new GatewaySession(gateway, dialer.dial(gateway.toString()), profile, new Events());
        return new Attachment(session, new Backoff(random));
    }

    public List<HostPort> gateways() {
        return attachments.keySet().stream()
                .sorted(Comparator.comparing(HostPort::toString))
                .toList();
    }

    /** Whether a gateway has this node registered now. */
    public boolean isRegistered() {
        return anyRegistered().isPresent();
    }

    /** Tells every gateway how the pipeline is, those that register later too. */
    public void send(PipelineReport report) {
        pipeline = report;
        attachments.values().forEach(each -> each.session().send(report));
    }

    /** Sends the tokens of a step to the gateways that asked for them. */
    public void send(List<GenerateEvent> events) {
        Map<GatewaySession, List<GenerateEvent>> shares = new HashMap<>();
        for (GenerateEvent event : events) {
            GatewaySession origin = origins.get(event.getRequestId());
            if (origin != null) {
                shares.computeIfAbsent(origin, _ -> new ArrayList<>()).add(event);
            }
        }
        shares.forEach(GatewaySession::send);
    }

    /** Ends a request: its report becomes durable and then goes out until a gateway acknowledges it. */
    public void send(RequestReport report) {
        reports.accept(report, Optional.ofNullable(origins.remove(report.getRequestId())));
    }

    private Optional<GatewaySession> anyRegistered() {
        return attachments.values().stream()
                .map(Attachment::session)
                .filter(GatewaySession::isRegistered)
                .findFirst();
    }

    private void beat() {
        try {
            attachments.values().forEach(each -> each.session().beat());
            reports.beat();
            reports.deliverWaiting();
            evidence.beat();
            evidence.deliverWaiting();
        } catch (RuntimeException e) {
            // An exception would silently end the schedule, and with it the node's registration.
            log.error("a heartbeat to the gateways failed", e);
        }
    }

    /** Sends the evidence that waits, at once. */
    public void deliverEvidence() {
        evidence.deliverWaiting();
    }

    /** Says Goodbye to every gateway; no report is lost, what was not acknowledged is sent after the next start. */
    @Override
    public void close() {
        closing = true;
        timer.shutdownNow();
        attachments.values().forEach(each -> each.session().close("the node was stopped"));
    }

    private final class Events implements GatewaySession.Owner {

        @Override
        public void registered(GatewaySession session) {
            everRegistered = true;
            log.info("registered with gateway {}", session.address());
            attachment(session).backoff().succeeded();
            PipelineReport newest = pipeline;
            if (newest != null) {
                session.send(newest);
            }
            reports.deliverWaiting();
            evidence.deliverWaiting();
        }

        @Override
        public void received(GatewaySession session, GatewayMessage message) {
            switch (message.getMessageCase()) {
                case FORM -> duties.form(message.getForm());
                case GENERATE -> generate(session, message.getGenerate());
                case CANCEL ->
                    duties.cancel(
                            message.getCancel().getRequestId(),
                            message.getCancel().getReason());
                case ACKNOWLEDGE ->
                    reports.acknowledged(message.getAcknowledge().getRequestId());
                case EVIDENCE -> evidence.acknowledged(message.getEvidence().getSequencesList());
                case WELCOME, REFUSED, MESSAGE_NOT_SET ->
                    throw new IllegalStateException("sessions keep " + message.getMessageCase() + " for themselves");
            }
        }

        private void generate(GatewaySession session, GenerateRequest request) {
            origins.put(request.getRequestId(), session);
            duties.generate(request);
        }

        @Override
        public void ended(GatewaySession session, boolean wasRegistered, Ending ending) {
            if (closing) {
                return;
            }
            Backoff backoff = attachment(session).backoff();
            if (wasRegistered) {
                log.warn("lost gateway {}: {}", session.address(), ending.reason());
                reports.lost(session);
                evidence.lost(session);
                cancelRequestsOf(session);
            } else if (ending.kind() == Ending.Kind.LOST) {
                if (backoff.isFresh()) {
                    log.info("cannot reach gateway {} yet ({}), trying on", session.address(), ending.reason());
                }
            } else {
                refused(session, ending, backoff);
            }
            runOnTimer(session::connect, backoff.next());
        }

        private void cancelRequestsOf(GatewaySession session) {
            origins.forEach((requestId, origin) -> {
                if (origin == session && origins.remove(requestId, session)) {
                    duties.cancel(requestId, CancelReason.CANCEL_REASON_CLIENT_GONE);
                }
            });
        }

        private void refused(GatewaySession session, Ending ending, Backoff backoff) {
            String sentence = "gateway %s refused this node: %s".formatted(session.address(), ending.reason());
            if (backoff.isUnrefused()) {
                log.warn("{}; trying on", sentence);
            }
            boolean lasting = backoff.refusedFor(refusalPatience, System.nanoTime());
            if (!everRegistered && (lasting || ending.kind() == Ending.Kind.UNAUTHENTICATED)) {
                onHopeless.accept(sentence);
            }
        }

        private Attachment attachment(GatewaySession session) {
            return Objects.requireNonNull(attachments.get(session.address()));
        }

        private void runOnTimer(Runnable task, Duration delay) {
            if (!closing) {
                Future<?> _ = timer.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }
}
