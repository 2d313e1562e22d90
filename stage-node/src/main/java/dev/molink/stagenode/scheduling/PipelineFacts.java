package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.kvcache.KvGroup;
import java.util.List;

/**
 * What a scheduler has to know of the formation that it plans for.
 *
 * @param epoch the plans belong to it; step ids begin at 0
 * @param kvGroups KV groups of the model and the blocks that every stage has for each
 * @param hiddenSize elements of a row of the hidden state
 * @param rowBytes bytes of such a row on the wire
 */
public record PipelineFacts(long epoch, int stages, List<KvGroup> kvGroups, int hiddenSize, long rowBytes) {

    public PipelineFacts {
        kvGroups = List.copyOf(kvGroups);
        if (stages < 1 || kvGroups.isEmpty()) {
            throw new IllegalArgumentException(
                    "%d stages with %d KV groups serve nothing".formatted(stages, kvGroups.size()));
        }
    }
}
