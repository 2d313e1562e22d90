package dev.molink.bench.engine;

import dev.molink.stagenode.execution.KvGroupSize;
import dev.molink.stagenode.execution.LogitRows;
import dev.molink.stagenode.execution.StageExecutor;
import dev.molink.stagenode.execution.StageOutput;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A stage that takes a fixed time for each step and computes nothing: what is left is the way around it. */
final class SteadyStage implements StageExecutor {

    private static final int VOCABULARY = 64;
    private static final int MAX_ROWS = 1024;

    private final boolean last;
    private final int hiddenSize;
    private final long computeNanos;
    private final MemorySegment output;
    private final int[] planRows = IntStream.range(0, MAX_ROWS).toArray();

    /** @param last whether it gives logits, and no hidden state */
    SteadyStage(boolean last, int hiddenSize, Duration compute) {
        this.last = last;
        this.hiddenSize = hiddenSize;
        this.computeNanos = compute.toNanos();
        this.output = Arena.ofAuto().allocate((long) MAX_ROWS * Math.max(hiddenSize, VOCABULARY) * Float.BYTES, 64);
    }

    @Override
    public List<KvGroupSize> kvGroups() {
        return List.of(new KvGroupSize(0, 1));
    }

    @Override
    public void prepare(List<Integer> kvBlocks) {}

    /** Waits as for a device: the processor is free for others meanwhile. */
    @Override
    public StageOutput execute(StepPlan plan, @Nullable MemorySegment hiddenIn, LogitRows logitRows) {
        long end = System.nanoTime() + computeNanos;
        while (computeNanos > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        return last
                ? new StageOutput.Logits(output, sampledRows(plan), VOCABULARY, planRows)
                : new StageOutput.Hidden(output, plan.tokens(), hiddenSize);
    }

    private static int sampledRows(StepPlan plan) {
        int sampled = 0;
        for (SequenceRows rows : plan.rows()) {
            sampled += rows.sampledRows();
        }
        return sampled;
    }

    @Override
    public int sequences() {
        return 0;
    }

    @Override
    public void close() {}
}
