package dev.molink.stagenode.scheduling;

/**
 * Rows that the pipeline computed for a sequence, each under exactly one cause. Summed over a request's sequences,
 * {@code computed + verifiedAccepted} is prompt − cached + Σ max(0, generated − 1), once every sequence that was not
 * over before has sampled a token. Rows that stages replay to each other are theirs to count.
 *
 * @param computed for the first time, in a step that brought the sequence on
 * @param recomputed at positions that were computed before: until a preemption, or by another choice of the request
 * @param verifiedAccepted drafts whose own next token was kept
 * @param verifiedRejected the other drafts
 * @param discarded for the first time, in a step that came back when the sequence was over, or ended it by failing
 */
public record RowCounts(long computed, long recomputed, long verifiedAccepted, long verifiedRejected, long discarded) {

    public static final RowCounts NONE = new RowCounts(0, 0, 0, 0, 0);

    public RowCounts plus(RowCounts other) {
        return new RowCounts(
                computed + other.computed,
                recomputed + other.recomputed,
                verifiedAccepted + other.verifiedAccepted,
                verifiedRejected + other.verifiedRejected,
                discarded + other.discarded);
    }
}
