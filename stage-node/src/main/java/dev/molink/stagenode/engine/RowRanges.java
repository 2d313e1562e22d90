package dev.molink.stagenode.engine;

import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Puts the row ranges of a step's hidden state together, for a way out that hands on whole states. Owned by the thread
 * that sends.
 */
final class RowRanges {

    private final ActivationPool pool;
    private @Nullable Activation gathered;
    private long stepId;
    private int rows;

    /** @param pool gives the memory of what is put together */
    RowRanges(ActivationPool pool) {
        this.pool = pool;
    }

    /**
     * Copies the next range. A range that starts with row 0 starts a state; what was left unfinished before is dropped.
     *
     * @return the whole state {@code [plan.tokens(), hiddenSize]}, which is the caller's, once its last row came; null
     *     before
     * @throws IllegalStateException if the range does not follow the one before it
     */
    @Nullable
    Activation add(StepPlan plan, int hiddenSize, int firstRow, MemorySegment values) {
        long rowBytes = (long) hiddenSize * Float.BYTES;
        Activation state = firstRow == 0 ? begin(plan, rowBytes) : gathered;
        if (state == null || plan.stepId() != stepId || firstRow != rows) {
            throw new IllegalStateException("step %d: rows from %d on came when %d of step %d were there"
                    .formatted(plan.stepId(), firstRow, rows, stepId));
        }
        state.values().asSlice(firstRow * rowBytes, values.byteSize()).copyFrom(values);
        rows += Math.toIntExact(values.byteSize() / rowBytes);
        gathered = rows < plan.tokens() ? state : null;
        return gathered == null ? state : null;
    }

    private Activation begin(StepPlan plan, long rowBytes) {
        if (gathered != null) {
            gathered.release();
        }
        stepId = plan.stepId();
        rows = 0;
        return pool.take(plan.tokens() * rowBytes);
    }
}
