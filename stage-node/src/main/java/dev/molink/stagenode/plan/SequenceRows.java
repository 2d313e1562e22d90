package dev.molink.stagenode.plan;

import java.util.List;

/**
 * The rows of one sequence in a step: positions {@code firstPosition … firstPosition + tokenCount − 1}.
 *
 * @param tokenIds the ids to embed, {@code tokenCount} of them; empty beyond stage 0, which alone embeds
 * @param sample whether the last stage samples a token from the logits of the last row
 */
public record SequenceRows(long sequenceId, int firstPosition, int tokenCount, boolean sample, List<Integer> tokenIds) {

    public SequenceRows {
        if (firstPosition < 0 || tokenCount < 1) {
            throw new IllegalArgumentException(
                    "sequence %d: %d rows from position %d".formatted(sequenceId, tokenCount, firstPosition));
        }
        tokenIds = List.copyOf(tokenIds);
        if (!tokenIds.isEmpty() && tokenIds.size() != tokenCount) {
            throw new IllegalArgumentException(
                    "sequence %d: %d token ids for %d rows".formatted(sequenceId, tokenIds.size(), tokenCount));
        }
    }
}
