package dev.molink.stagenode.execution;

import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Executes step plans on one stage's layers. It keeps the block table of every sequence and the stage's KV memory; it
 * decides nothing. One thread, the one that calls {@link #prepare} first, owns it until it is closed.
 */
public interface StageExecutor extends AutoCloseable {

    /** KV groups of the whole model, numbered alike on all stages. */
    List<KvGroupSize> kvGroups();

    /**
     * Forms the stage anew: forgets every sequence and takes memory for {@code kvBlocks} blocks of each KV group, ids
     * from 0. A group of which the stage has no layer costs nothing. Called once per epoch, before the first
     * {@link #execute}.
     */
    void prepare(List<Integer> kvBlocks);

    /**
     * Runs one plan: drops ended sequences, applies the changes of block tables, copies blocks, computes. Every row of the
     * plan has been computed when it returns; none has if it throws an {@code IllegalArgumentException}.
     *
     * @param hiddenIn {@code [plan.tokens(), hiddenSize]} f32, little-endian, from the stage before; null on the first
     *     stage, which embeds the plan's token ids
     * @return valid until the next call
     * @throws IllegalArgumentException if the plan contradicts what came before (unknown block or KV group, missing
     *     table, trimmed positions, wrong size of {@code hiddenIn}); nothing was changed then
     */
    default StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn) {
        return execute(plan, hiddenIn, LogitRows.SAMPLED);
    }

    /** As {@link #execute(StepPlan, MemorySegment)}, with a choice of the rows that the last stage gives logits for. */
    StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn, LogitRows logitRows);

    /**
     * As {@link #execute(StepPlan, MemorySegment)}, and hands the rows of a hidden state to {@code finalRows} as they become
     * final, all of them before it returns: a large prefill piece in several ranges, everything else at once. Of a step
     * without rows, and on the last stage, which gives logits, nothing is handed out. What {@code finalRows} throws comes
     * out of here; the step is not computed to its end then.
     */
    default StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn, FinalRows finalRows) {
        StageOutput output = execute(plan, hiddenIn);
        if (output instanceof StageOutput.Hidden hidden && hidden.rows() > 0) {
            finalRows.ready(hidden.hiddenSize(), 0, hidden.values());
        }
        return output;
    }

    /** Sequences that have a block table now; 0 after every sequence has ended. */
    int sequences();

    /** Releases KV memory, activations and weights. */
    @Override
    void close();
}
