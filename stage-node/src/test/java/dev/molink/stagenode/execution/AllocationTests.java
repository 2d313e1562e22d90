package dev.molink.stagenode.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.molink.kernels.TensorOpsProvider;
import dev.molink.stagenode.model.ModelFiles;
import dev.molink.stagenode.model.ModelSource;
import dev.molink.stagenode.model.architecture.LayerRange;
import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepPlan;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A decode step allocates nothing on the heap, on its own thread or on the workers', once its code is compiled. What is
 * measured are a thousand steps after so many others that C2 is done with them, and again while it was not; four bytes a
 * step are allowed for the measurement itself, a quarter of what the smallest object in every step would take.
 */
class AllocationTests {

    private static final int WARM_UP_STEPS = 4_000;
    private static final int STEPS = 1_000;
    private static final int ROUNDS = 8;
    private static final double BYTES_A_STEP = 4;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest(name = "{0}, {1} sequences, {2} threads, {3}")
    @CsvSource({"llama, 1, 1, F32", "qwen3, 8, 2, F32", "mistral, 8, 1, BF16", "llama, 64, 2, F32"})
    void aDecodeStepAllocatesNothing(String model, int sequences, int kernelThreads, KvDtype kvDtype) {
        ModelFiles files = ModelFiles.open(
                ModelSource.of(
                        GoldenModel.bundledFixtures().resolve("models/" + model).toString()),
                _ -> {
                    throw new IllegalStateException("no test needs the hub");
                });
        try (StageExecutor stage = DecoderStages.open(
                TensorOpsProvider.open("cpu", kernelThreads),
                files.map(new LayerRange(0, files.config().layers())),
                kvDtype)) {
            stage.prepare(List.of(sequences));
            stage.execute(decode(sequences, true), null);
            StepPlan plan = decode(sequences, false);
            run(stage, plan, WARM_UP_STEPS);
            long[] computing = computingThreads();

            double least = Double.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least > BYTES_A_STEP; round++) {
                long before = allocatedBytes(computing);
                run(stage, plan, STEPS);
                least = Math.min(least, (allocatedBytes(computing) - before) / (double) STEPS);
            }

            assertThat(least).as("bytes a step").isLessThan(BYTES_A_STEP);
        }
    }

    private static void run(StageExecutor stage, StepPlan plan, int steps) {
        for (int step = 0; step < steps; step++) {
            stage.execute(plan, null);
        }
    }

    /** This thread and all kernel workers. */
    private static long[] computingThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("kernel-worker") || thread.equals(Thread.currentThread()))
                .mapToLong(Thread::threadId)
                .toArray();
    }

    private long allocatedBytes(long[] ids) {
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(ids)) {
            sum += bytes;
        }
        return sum;
    }

    private static StepPlan decode(int sequences, boolean withBlocks) {
        List<SequenceRows> rows = new ArrayList<>();
        List<BlockAppend> appends = new ArrayList<>();
        for (int sequence = 0; sequence < sequences; sequence++) {
            rows.add(SequenceRows.fresh(1_000L + sequence, 9, 1, true, List.of(sequence % 200)));
            appends.add(new BlockAppend(1_000L + sequence, 0, List.of(sequence)));
        }
        return new StepPlan(
                1,
                1,
                StepKind.DECODE,
                rows,
                List.of(),
                BlockChanges.appending(withBlocks ? appends : List.of()),
                List.of(),
                List.of());
    }
}
