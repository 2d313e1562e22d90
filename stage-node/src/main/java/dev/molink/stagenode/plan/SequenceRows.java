package dev.molink.stagenode.plan;

import java.util.List;

/**
 * The rows of one sequence in a step: positions {@code firstPosition … firstPosition + tokenCount − 1}.
 *
 * @param sampledRows trailing rows from whose logits the last stage samples: 0 or 1; in a verify step all. There, row
 *     {@code i + 1} holds a draft of what row {@code i} samples; sampling ends with the first draft that was wrong
 * @param recomputedRows leading rows that were computed before, until a preemption or on behalf of another choice
 * @param tokenIds the ids to embed, {@code tokenCount} of them; empty beyond stage 0 unless the step verifies
 */
public record SequenceRows(
        long sequenceId,
        int firstPosition,
        int tokenCount,
        int sampledRows,
        int recomputedRows,
        List<Integer> tokenIds) {

    public SequenceRows {
        if (firstPosition < 0 || tokenCount < 1) {
            throw new IllegalArgumentException(
                    "sequence %d: %d rows from position %d".formatted(sequenceId, tokenCount, firstPosition));
        }
        if (sampledRows < 0 || sampledRows > tokenCount || recomputedRows < 0 || recomputedRows > tokenCount) {
            throw new IllegalArgumentException("sequence %d: %d sampled and %d recomputed of %d rows"
                    .formatted(sequenceId, sampledRows, recomputedRows, tokenCount));
        }
        tokenIds = List.copyOf(tokenIds);
        if (!tokenIds.isEmpty() && tokenIds.size() != tokenCount) {
            throw new IllegalArgumentException(
                    "sequence %d: %d token ids for %d rows".formatted(sequenceId, tokenIds.size(), tokenCount));
        }
    }

    /** Rows that are computed for the first time; {@code sample} says whether the last one is sampled from. */
    public static SequenceRows fresh(
            long sequenceId, int firstPosition, int tokenCount, boolean sample, List<Integer> tokenIds) {
        return new SequenceRows(sequenceId, firstPosition, tokenCount, sample ? 1 : 0, 0, tokenIds);
    }

    /** Whether anything is sampled. */
    public boolean sample() {
        return sampledRows > 0;
    }

    /** The same rows as a stage that does not embed gets them. */
    public SequenceRows withoutTokenIds() {
        return new SequenceRows(sequenceId, firstPosition, tokenCount, sampledRows, recomputedRows, List.of());
    }
}
