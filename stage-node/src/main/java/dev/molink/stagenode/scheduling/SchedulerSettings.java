package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.speculation.SpeculationOption;
import java.time.Duration;

/**
 * Bounds of a scheduler.
 *
 * @param maxRunning sequences that may hold KV blocks at once
 * @param maxWaiting sequences that may wait for admission
 * @param decodeBatch most sequences in one decode step
 * @param maxStepTokens most tokens in one prefill step, also where the batching policy wants prompts whole
 * @param maxLogitRows most rows of a step whose logits the last stage computes
 * @param batchPatience after so much waiting a batch sequence counts as interactive
 * @param batching what decides on decode groups and piece size
 * @param speculation whether drafts are verified
 */
public record SchedulerSettings(
        int maxRunning,
        int maxWaiting,
        int decodeBatch,
        int maxStepTokens,
        int maxLogitRows,
        Duration batchPatience,
        BatchingOption batching,
        SpeculationOption speculation) {

    public static final SchedulerSettings DEFAULT = new SchedulerSettings(
            256, 1024, 64, 8192, 128, Duration.ofSeconds(30), new BatchingOption.Auto(), new SpeculationOption.Auto());

    public SchedulerSettings {
        requirePositive("maxRunning", maxRunning);
        requirePositive("maxWaiting", maxWaiting);
        requirePositive("decodeBatch", decodeBatch);
        requirePositive("maxStepTokens", maxStepTokens);
        requirePositive("maxLogitRows", maxLogitRows);
        if (batchPatience.isNegative()) {
            throw new IllegalArgumentException("batchPatience is %s; it must not be negative".formatted(batchPatience));
        }
    }

    /** The same with another batching policy and other speculation. */
    public SchedulerSettings with(BatchingOption otherBatching, SpeculationOption otherSpeculation) {
        return new SchedulerSettings(
                maxRunning,
                maxWaiting,
                decodeBatch,
                maxStepTokens,
                maxLogitRows,
                batchPatience,
                otherBatching,
                otherSpeculation);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s is %d; it must be at least 1".formatted(name, value));
        }
    }
}
