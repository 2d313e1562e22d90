package dev.molink.stagenode.engine;

import dev.molink.stagenode.kvcache.KvUsage;
import dev.molink.stagenode.scheduling.SchedulerStatus;

/**
 * What a head is busy with; 0 everywhere while no pipeline is formed.
 *
 * @param kvBlocksUsed over all KV groups; those that only the prefix cache keeps are not in use
 */
public record HeadStatus(int kvBlocksUsed, int kvBlocksTotal, int runningSequences, int waitingSequences) {

    static final HeadStatus IDLE = new HeadStatus(0, 0, 0, 0);

    static HeadStatus of(SchedulerStatus status) {
        return new HeadStatus(
                status.kvGroups().stream().mapToInt(KvUsage::usedBlocks).sum(),
                status.kvGroups().stream().mapToInt(KvUsage::blocks).sum(),
                status.runningSequences(),
                status.waitingSequences());
    }
}
