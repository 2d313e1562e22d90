package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.plan.TokenLogprobs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one sequence. At most one update ends it: a {@link Generated} with an ending, or a {@link Broken}; a
 * sequence that was ended from outside gets neither. {@link Released} is its last update in every case.
 */
public sealed interface SequenceUpdate {

    long sequenceId();

    /**
     * A token was sampled.
     *
     * @param position within the sequence, prompt included
     * @param logprobs null where none were asked for
     * @param ending why the sequence is over with this token; null: it goes on
     */
    record Generated(
            long sequenceId,
            int position,
            int tokenId,
            @Nullable TokenLogprobs logprobs,
            @Nullable Ending ending) implements SequenceUpdate {}

    /**
     * Log-probabilities of the prompt's own ids from {@code firstPosition} on, in order and each position once for all
     * choices of a request, whichever of them computed the prompt.
     */
    record PromptScored(long sequenceId, int firstPosition, List<TokenLogprobs> logprobs) implements SequenceUpdate {

        public PromptScored {
            logprobs = List.copyOf(logprobs);
        }
    }

    /** The sequence is over without having come to its end. */
    record Broken(long sequenceId, Cause cause, String reason) implements SequenceUpdate {}

    /**
     * The sequence is over and its last step came back: nothing more is computed for it and its KV blocks are free.
     * Exactly one for each sequence.
     *
     * @param cachedTokens of its request's prompt that were in the prefix cache when its first sequence was admitted; of
     *     all sequences of a request that one alone says so, the others have 0
     */
    record Released(long sequenceId, int cachedTokens, RowCounts rows) implements SequenceUpdate {}

    /** Why a sequence ended in the ordinary way. */
    enum Ending {
        STOP,
        LENGTH
    }

    /** What ended a sequence before its time. */
    enum Cause {
        BAD_LOGITS,
        STEP_FAILED,
        QUEUE_TIMEOUT,
        DEADLINE
    }
}
