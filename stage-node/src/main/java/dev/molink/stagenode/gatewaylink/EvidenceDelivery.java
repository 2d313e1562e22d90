package dev.molink.stagenode.gatewaylink;

import dev.molink.proto.node.v1.EvidenceRecord;
import dev.molink.proto.node.v1.StageEvidence;
import dev.molink.stagenode.journal.CounterJournal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Brings what this stage has counted to any gateway, in batches, the oldest first. Records are sent again when their
 * gateway is lost, and after a while without acknowledgement; receivers know them by their sequence. So many are under way
 * at most, so a gateway whose database is away is not flooded.
 */
final class EvidenceDelivery {

    static final int BATCH_RECORDS = 256;

    /** Records that are sent and not acknowledged. */
    static final int MAX_UNDER_WAY = 4 * BATCH_RECORDS;

    /** Beats, one a second, after which an unacknowledged record is sent once more. */
    private static final int RESEND_BEATS = 10;

    private final CounterJournal journal;
    private final Supplier<Optional<GatewaySession>> anyRegistered;

    /** Records that were sent, with where to and the beats since; guarded by this. */
    private final Map<Long, Sent> sent = new HashMap<>();

    private record Sent(GatewaySession session, int beats) {}

    EvidenceDelivery(CounterJournal journal, Supplier<Optional<GatewaySession>> anyRegistered) {
        this.journal = journal;
        this.anyRegistered = anyRegistered;
    }

    void acknowledged(List<Long> sequences) {
        journal.acknowledge(sequences);
        synchronized (this) {
            sequences.forEach(sent::remove);
        }
        deliverWaiting();
    }

    /** The records that were under way to a lost gateway wait again. */
    synchronized void lost(GatewaySession session) {
        sent.values().removeIf(each -> each.session() == session);
    }

    synchronized void beat() {
        sent.replaceAll((sequence, each) -> new Sent(each.session(), each.beats() + 1));
        sent.values().removeIf(each -> each.beats() >= RESEND_BEATS);
    }

    /** Sends what waits; called when a gateway has registered, with every beat and when there is room again. */
    synchronized void deliverWaiting() {
        Optional<GatewaySession> session = anyRegistered.get();
        if (session.isEmpty() || sent.size() >= MAX_UNDER_WAY) {
            return;
        }
        List<EvidenceRecord> batch = new ArrayList<>();
        for (EvidenceRecord record : journal.unacknowledged()) {
            if (sent.size() >= MAX_UNDER_WAY) {
                break;
            }
            if (sent.putIfAbsent(record.getSequence(), new Sent(session.get(), 0)) == null) {
                batch.add(record);
            }
            if (batch.size() == BATCH_RECORDS) {
                send(batch, session.get());
            }
        }
        send(batch, session.get());
    }

    private static void send(List<EvidenceRecord> batch, GatewaySession session) {
        if (!batch.isEmpty()) {
            session.send(StageEvidence.newBuilder().addAllRecords(batch).build());
            batch.clear();
        }
    }
}
