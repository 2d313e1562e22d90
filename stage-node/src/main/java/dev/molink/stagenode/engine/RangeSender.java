package dev.molink.stagenode.engine;

import dev.molink.stagenode.execution.FinalRows;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hands rows of the step that runs to the way out while the executor computes the next ones. Where the way out refuses a
 * range, the step is computed to its end all the same, so that keys and values are whole, and fails afterwards. Owned by
 * the stage's loop thread.
 */
final class RangeSender implements FinalRows {

    private final StageOutbound outbound;
    private @Nullable StepPlan plan;
    private @Nullable RuntimeException refusal;
    private long offeredBytes;

    RangeSender(StageOutbound outbound) {
        this.outbound = outbound;
    }

    /** The rows that come next are those of {@code newPlan}. */
    void begin(StepPlan newPlan) {
        plan = newPlan;
        refusal = null;
        offeredBytes = 0;
    }

    @Override
    public void ready(int hiddenSize, int firstRow, MemorySegment values) {
        offeredBytes += values.byteSize();
        if (refusal != null) {
            return;
        }
        try {
            outbound.sendHidden(Objects.requireNonNull(plan), hiddenSize, firstRow, values);
        } catch (RuntimeException e) {
            refusal = e;
        }
    }

    /** Bytes of hidden states that the step computed. */
    long offeredBytes() {
        return offeredBytes;
    }

    /** The step is through; throws what the way out threw. */
    void finish() {
        plan = null;
        if (refusal != null) {
            throw refusal;
        }
    }
}
