package dev.molink.stagenode.scheduling;

/**
 * Bounds of a scheduler.
 *
 * @param maxRunning sequences that may hold KV blocks at once
 * @param maxWaiting sequences that may wait for admission
 * @param decodeGroups decode steps in flight at once; raised to the number of stages, since fewer leave a stage idle.
 *     With one stage there is nothing to overlap and 1 gives the largest batches
 * @param decodeBatch most sequences in one decode step
 * @param prefillTokens most tokens in one prefill step
 */
public record SchedulerSettings(int maxRunning, int maxWaiting, int decodeGroups, int decodeBatch, int prefillTokens) {

    public static final SchedulerSettings DEFAULT = new SchedulerSettings(64, 1024, 1, 64, 256);

    public SchedulerSettings {
        requirePositive("maxRunning", maxRunning);
        requirePositive("maxWaiting", maxWaiting);
        requirePositive("decodeGroups", decodeGroups);
        requirePositive("decodeBatch", decodeBatch);
        requirePositive("prefillTokens", prefillTokens);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s is %d; it must be at least 1".formatted(name, value));
        }
    }
}
