package dev.molink.controlplane.evidence;

import java.time.Instant;

/**
 * A part of what one stage did for one request. Those of the same request and node add up; the same record comes again until
 * it is acknowledged.
 *
 * @param requestId empty: of requests that the stage could not tell apart
 * @param sequence rises with each record of the node
 * @param cachedTokens positions of the prompt whose keys and values were there already
 * @param busyNanos computing time: of each step, the part of its rows
 * @param bytesReceived hidden states from the stage before
 * @param bytesSent hidden states to the next stage
 * @param countedAt by the node's clock
 */
public record StageEvidence(
        String requestId,
        String nodeId,
        long epoch,
        long sequence,
        StagePart part,
        EvidenceRows rows,
        long cachedTokens,
        long busyNanos,
        long bytesReceived,
        long bytesSent,
        Instant countedAt) {}
