package dev.molink.stagenode.scheduling;

import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.kvcache.KvGroup;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import java.util.Collections;
import java.util.List;

/**
 * What a scheduler has to know of the formation that it plans for.
 *
 * @param epoch the plans belong to it; step ids begin at 0
 * @param kvGroups KV groups of the model and the blocks that every stage has for each
 * @param hiddenSize elements of a row of the hidden state
 * @param codec how such rows are written on the wire
 * @param links as they were measured before the formation, by stage; those that were not are unknown
 */
public record PipelineFacts(
        long epoch, int stages, List<KvGroup> kvGroups, int hiddenSize, ActivationCodec codec, List<LinkRate> links) {

    public PipelineFacts {
        kvGroups = List.copyOf(kvGroups);
        links = List.copyOf(links);
        if (stages < 1 || kvGroups.isEmpty()) {
            throw new IllegalArgumentException(
                    "%d stages with %d KV groups serve nothing".formatted(stages, kvGroups.size()));
        }
        if (links.size() != stages) {
            throw new IllegalArgumentException("%d stages with %d links".formatted(stages, links.size()));
        }
    }

    /** Nothing is known of the links. */
    public PipelineFacts(long epoch, int stages, List<KvGroup> kvGroups, int hiddenSize, ActivationCodec codec) {
        this(epoch, stages, kvGroups, hiddenSize, codec, Collections.nCopies(stages, LinkRate.UNKNOWN));
    }

    /** Bytes of a row of the hidden state on the wire. */
    public long rowBytes() {
        return codec.rowBytes(hiddenSize);
    }
}
