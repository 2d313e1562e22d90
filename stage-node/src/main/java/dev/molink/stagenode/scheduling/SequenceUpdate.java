package dev.molink.stagenode.scheduling;

import org.jspecify.annotations.Nullable;

/** What an outcome meant for one sequence. */
public sealed interface SequenceUpdate {

    long sequenceId();

    /**
     * A token was sampled.
     *
     * @param position within the sequence, prompt included
     * @param ending why the sequence is over with this token; null: it goes on
     */
    record Generated(
            long sequenceId,
            int position,
            int tokenId,
            @Nullable Ending ending) implements SequenceUpdate {}

    /** A step of the sequence failed; it is over. */
    record Broken(long sequenceId, Cause cause, String reason) implements SequenceUpdate {}

    /** Why a sequence ended in the ordinary way. */
    enum Ending {
        STOP,
        LENGTH
    }

    /** What kind of failure ended a sequence. */
    enum Cause {
        BAD_LOGITS,
        STEP_FAILED
    }
}
