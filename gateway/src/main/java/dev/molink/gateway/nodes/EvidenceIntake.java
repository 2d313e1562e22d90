package dev.molink.gateway.nodes;

import com.google.protobuf.TextFormat;
import dev.molink.controlplane.evidence.EvidenceJournal;
import dev.molink.controlplane.evidence.EvidenceRows;
import dev.molink.controlplane.evidence.ImpossibleEvidence;
import dev.molink.controlplane.evidence.StageEvidence;
import dev.molink.controlplane.evidence.StagePart;
import dev.molink.proto.node.v1.EvidenceAcknowledgement;
import dev.molink.proto.node.v1.EvidenceRecord;
import dev.molink.proto.node.v1.GatewayMessage;
import dev.molink.proto.node.v1.RowCounts;
import dev.molink.proto.node.v1.StagePlace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Takes what stages have counted and tells them once it is durable. Safe for any number of threads. */
final class EvidenceIntake {

    private static final long NANOS = 1_000_000_000;

    private final EvidenceJournal journal;

    EvidenceIntake(EvidenceJournal journal) {
        this.journal = journal;
    }

    /** What cannot be written now stays unanswered: the node sends it again, here or elsewhere. */
    void received(NodeSession session, dev.molink.proto.node.v1.StageEvidence message) {
        List<StageEvidence> records = new ArrayList<>();
        List<ImpossibleEvidence> impossible = new ArrayList<>();
        for (EvidenceRecord record : message.getRecordsList()) {
            try {
                records.add(evidence(session.nodeId(), record));
            } catch (IllegalArgumentException nonsense) {
                impossible.add(new ImpossibleEvidence(
                        record.getRequestId(),
                        session.nodeId(),
                        String.valueOf(nonsense.getMessage()),
                        TextFormat.printer().emittingSingleLine(true).printToString(record)));
            }
        }
        EvidenceAcknowledgement.Builder acknowledgement = EvidenceAcknowledgement.newBuilder();
        message.getRecordsList().forEach(record -> acknowledgement.addSequences(record.getSequence()));
        var _ = journal.submit(records, impossible)
                .thenRun(() -> session.send(
                        GatewayMessage.newBuilder().setEvidence(acknowledgement).build()));
    }

    private static StageEvidence evidence(String nodeId, EvidenceRecord record) {
        StagePlace place = record.getPlace();
        RowCounts rows = record.getRows();
        return new StageEvidence(
                record.getRequestId(),
                nodeId,
                record.getEpoch(),
                record.getSequence(),
                new StagePart(
                        place.getPipeline(),
                        place.getModel(),
                        place.getFirstLayer(),
                        place.getEndLayer(),
                        place.getModelLayers()),
                new EvidenceRows(
                        rows.getComputed(),
                        rows.getRecomputed(),
                        rows.getReplayed(),
                        rows.getVerifiedAccepted(),
                        rows.getVerifiedRejected(),
                        rows.getDiscarded()),
                record.getCachedTokens(),
                record.getBusyNanos(),
                record.getBytesReceived(),
                record.getBytesSent(),
                Instant.ofEpochSecond(
                        Math.floorDiv(record.getCountedUnixNanos(), NANOS),
                        Math.floorMod(record.getCountedUnixNanos(), NANOS)));
    }
}
