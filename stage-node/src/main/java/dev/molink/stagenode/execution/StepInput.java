package dev.molink.stagenode.execution;

import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What comes into a stage with a plan: token ids on the first stage, hidden states on the others. */
public final class StepInput {

    private StepInput() {}

    /**
     * Refuses a plan whose rows have no token ids that the stage can embed.
     *
     * @throws IllegalArgumentException that names the sequence or the id
     */
    public static void requireTokenIds(StepPlan plan, int vocabularySize) {
        for (int i = 0; i < plan.rows().size(); i++) {
            SequenceRows rows = plan.rows().get(i);
            if (rows.tokenIds().isEmpty()) {
                throw new IllegalArgumentException(
                        "step %d: sequence %d has no token ids to embed".formatted(plan.stepId(), rows.sequenceId()));
            }
            for (int j = 0; j < rows.tokenCount(); j++) {
                int id = rows.tokenIds().get(j);
                if (id < 0 || id >= vocabularySize) {
                    throw new IllegalArgumentException("step %d: token id %d is outside the vocabulary 0…%d"
                            .formatted(plan.stepId(), id, vocabularySize - 1));
                }
            }
        }
    }

    /**
     * Refuses hidden states of another size than {@code [rows, hiddenSize]}.
     *
     * @throws IllegalArgumentException that names both sizes
     */
    public static void requireHidden(StepPlan plan, int rows, int hiddenSize, @Nullable MemorySegment hiddenIn) {
        long needed = (long) rows * hiddenSize * Float.BYTES;
        if (rows > 0 && (hiddenIn == null || hiddenIn.byteSize() != needed)) {
            throw new IllegalArgumentException("step %d: %d rows of hidden states take %d bytes, %d were given"
                    .formatted(plan.stepId(), rows, needed, hiddenIn == null ? 0 : hiddenIn.byteSize()));
        }
    }
}
