package dev.molink.stagenode.pipeline;

import dev.molink.stagenode.execution.KvGroupSize;
import java.util.List;

/**
 * Memory for the KV blocks of a stage.
 *
 * @param reason why so much, for the log
 */
record KvBudget(long bytes, String reason) {

    /** Sequences of full length that a stage keeps room for at most when the operator says nothing. */
    private static final int MOST_SEQUENCES = 64;

    /** Part of the machine's memory that stays free: as much as a JVM's heap may grow to by default. */
    private static final int HEADROOM_SHARE = 4;

    /**
     * What the operator asked for.
     *
     * @throws IllegalArgumentException if it holds no block
     */
    static KvBudget asked(long bytes, List<KvGroupSize> groups) {
        long block = bytesOfOneBlockEach(groups);
        if (bytes < block) {
            throw new IllegalArgumentException(
                    "--kv-memory of %d bytes holds no KV block; one takes %d bytes on this stage"
                            .formatted(bytes, block));
        }
        return new KvBudget(bytes, "as --kv-memory says");
    }

    /**
     * What is free after the weights, but no more than 64 sequences of full length could use.
     *
     * @param weightBytes bytes of weights that this stage maps
     * @param stages stages of this machine, taken to be alike, between which its memory is shared
     */
    static KvBudget available(
            MachineMemory machine, long weightBytes, int stages, List<KvGroupSize> groups, int maxModelLen) {
        long headroom = machine.totalBytes() / HEADROOM_SHARE;
        long free = Math.max(0, (machine.availableBytes() - headroom) / stages - weightBytes);
        return useful(
                free,
                groups,
                maxModelLen,
                "of %d MiB available, less %d MiB headroom and %d MiB of weights%s"
                        .formatted(
                                machine.availableBytes() >> 20,
                                headroom >> 20,
                                weightBytes >> 20,
                                stages == 1 ? "" : ", shared by %d stages".formatted(stages)));
    }

    /** What a simulated device has room for, but no more than 64 sequences of full length could use. */
    static KvBudget simulated(long roomBytes, List<KvGroupSize> groups, int maxModelLen) {
        return useful(roomBytes, groups, maxModelLen, "of the simulated device's memory, less the weights");
    }

    private static KvBudget useful(long free, List<KvGroupSize> groups, int maxModelLen, String reason) {
        long useful = (long) (MOST_SEQUENCES * KvSizing.bytesPerSequence(groups, maxModelLen));
        if (useful <= free) {
            return new KvBudget(useful, "for %d sequences of %d tokens".formatted(MOST_SEQUENCES, maxModelLen));
        }
        return new KvBudget(Math.max(bytesOfOneBlockEach(groups), free), reason);
    }

    private static long bytesOfOneBlockEach(List<KvGroupSize> groups) {
        return groups.stream().mapToLong(KvGroupSize::blockBytes).sum();
    }
}
