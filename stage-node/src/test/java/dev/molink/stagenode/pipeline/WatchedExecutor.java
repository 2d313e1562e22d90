package dev.molink.stagenode.pipeline;

import dev.molink.stagenode.execution.KvGroupSize;
import dev.molink.stagenode.execution.LogitRows;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An executor that tells when a step begins and, before it hands on what came out, when it ends. */
record WatchedExecutor(StageExecutor inner, Consumer<StepPlan> began, Consumer<StepPlan> ended)
        implements StageExecutor {

    @Override
    public List<KvGroupSize> kvGroups() {
        return inner.kvGroups();
    }

    @Override
    public void prepare(List<Integer> kvBlocks) {
        inner.prepare(kvBlocks);
    }

    @Override
    public StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn, LogitRows logitRows) {
        began.accept(plan);
        StageOutput output = inner.execute(plan, hiddenIn, logitRows);
        ended.accept(plan);
        return output;
    }

    @Override
    public int sequences() {
        return inner.sequences();
    }

    @Override
    public void close() {
        inner.close();
    }
}
