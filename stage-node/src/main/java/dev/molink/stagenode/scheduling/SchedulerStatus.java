package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.batching.Decision;
import dev.molink.stagenode.kvcache.KvUsage;
import java.util.List;

/**
 * Figures of a scheduler since its formation.
 *
 * @param waitingSequences that hold no KV blocks, preempted ones included
 * @param kvGroups by KV group
 * @param batching decode groups in flight, piece size and why
 * @param bubbleShares by stage: idle time ÷ wall time between its last two reports; not a number before the first
 * @param admissions sequences that were admitted at least once
 * @param preemptions sequences that had to give up their blocks, each time counted
 */
public record SchedulerStatus(
        int waitingSequences,
        int runningSequences,
        List<KvUsage> kvGroups,
        Decision batching,
        List<Double> bubbleShares,
        long admissions,
        long preemptions,
        PrefixHits prefixHits,
        Drafts drafts) {

    public SchedulerStatus {
        kvGroups = List.copyOf(kvGroups);
        bubbleShares = List.copyOf(bubbleShares);
    }

    /**
     * @param queriedTokens that might have been in the prefix cache when their sequence was admitted
     * @param hitTokens of them that were
     */
    public record PrefixHits(long queriedTokens, long hitTokens) {}

    /**
     * @param on whether drafts are verified at present, be it to find out whether they gain
     * @param reason a sentence with the numbers
     */
    public record Drafts(long proposed, long accepted, boolean on, String reason) {}
}
