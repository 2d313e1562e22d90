package dev.molink.stagenode.gatewaylink;

import dev.molink.proto.node.v1.RequestReport;
import dev.molink.stagenode.journal.ReportJournal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Brings final reports to a gateway: to the one that the request came from while it is connected, else to any. A report
 * is sent again when its gateway is lost, and after a while without acknowledgement; receivers know it by its request id.
 */
final class ReportDelivery {

    /** Beats, one a second, after which an unacknowledged report is sent once more. */
    private static final int RESEND_BEATS = 10;

    private final ReportJournal journal;
    private final Supplier<Optional<GatewaySession>> anyRegistered;

    /** Reports that were sent, with where to and the beats since; guarded by this. */
    private final Map<String, Sent> sent = new HashMap<>();

    private record Sent(GatewaySession session, int beats) {}

    ReportDelivery(ReportJournal journal, Supplier<Optional<GatewaySession>> anyRegistered) {
        this.journal = journal;
        this.anyRegistered = anyRegistered;
    }

    /** Writes the report to the journal and sends it once it is durable. */
    @SuppressWarnings("FutureReturnValueIgnored") // the stage is complete with its action
    void accept(RequestReport report, Optional<GatewaySession> origin) {
        journal.append(report)
                .thenRun(() -> origin.filter(GatewaySession::isRegistered)
                        .or(anyRegistered)
                        .ifPresent(session -> send(report, session)));
    }

    void acknowledged(String requestId) {
        journal.acknowledge(requestId);
        synchronized (this) {
            sent.remove(requestId);
        }
    }

    /** The reports that were under way to a lost gateway wait again. */
    synchronized void lost(GatewaySession session) {
        sent.values().removeIf(each -> each.session() == session);
    }

    /** Sends what waits; called when a gateway has registered and with every beat. */
    void deliverWaiting() {
        Optional<GatewaySession> session = anyRegistered.get();
        if (session.isEmpty()) {
            return;
        }
        for (RequestReport report : journal.unacknowledged()) {
            if (isDue(report.getRequestId())) {
                send(report, session.get());
            }
        }
    }

    synchronized void beat() {
        sent.replaceAll((id, each) -> new Sent(each.session(), each.beats() + 1));
    }

    private synchronized boolean isDue(String requestId) {
        Sent earlier = sent.get(requestId);
        return earlier == null || earlier.beats() >= RESEND_BEATS;
    }

    private void send(RequestReport report, GatewaySession session) {
        synchronized (this) {
            sent.put(report.getRequestId(), new Sent(session, 0));
        }
        session.send(report);
    }
}
