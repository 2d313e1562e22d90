package dev.molink.controlplane.evidence;

import java.time.Instant;

/** Sample evidence. */
public final class Evidences {

    public static final StagePart FIRST = new StagePart("default", "molink-demo", 0, 3, 8);
    public static final StagePart LAST = new StagePart("default", "molink-demo", 3, 8, 8);

    private Evidences() {}

    public static StageEvidence of(String requestId, String nodeId, long sequence, StagePart part, EvidenceRows rows) {
        return of(requestId, nodeId, sequence, part, rows, 1_000 * rows.total(), 64 * rows.total());
    }

    public static StageEvidence of(
            String requestId,
            String nodeId,
            long sequence,
            StagePart part,
            EvidenceRows rows,
            long busyNanos,
            long bytesSent) {
        return new StageEvidence(
                requestId,
                nodeId,
                3,
                sequence,
                part,
                rows,
                0,
                busyNanos,
                32 * rows.total(),
                bytesSent,
                Instant.parse("2026-11-21T10:00:02.5Z"));
    }

    public static EvidenceRows computed(long rows) {
        return new EvidenceRows(rows, 0, 0, 0, 0, 0);
    }
}
