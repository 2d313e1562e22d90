package dev.molink.controlplane.usage;

/**
 * Rows that a pipeline computed for one request, by cause, at its last stage. Of a request that ran to its end, {@code
 * computed + verifiedAccepted} is prompt − cached + the sum over the choices of max(0, generated − 1).
 *
 * @param recomputed after a preemption, or again for another choice
 * @param replayed after a stage was lost
 * @param verifiedAccepted drafts that were right
 * @param discarded of steps that ran when the request was over already
 */
public record RowCounts(
        long computed, long recomputed, long replayed, long verifiedAccepted, long verifiedRejected, long discarded) {

    public RowCounts {
        if (computed < 0
                || recomputed < 0
                || replayed < 0
                || verifiedAccepted < 0
                || verifiedRejected < 0
                || discarded < 0) {
            throw new IllegalArgumentException(
                    "row counts are at least 0, but computed %d, recomputed %d, replayed %d, accepted %d, rejected %d, discarded %d"
                            .formatted(computed, recomputed, replayed, verifiedAccepted, verifiedRejected, discarded));
        }
    }
}
