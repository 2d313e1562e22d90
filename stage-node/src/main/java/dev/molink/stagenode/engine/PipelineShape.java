package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.stagenode.kvcache.KvGroup;
import java.util.List;

/**
 * What a head needs to know of the pipeline that was formed.
 *
 * @param pipeline its name
 * @param epoch number of this formation; higher than that of each earlier one
 * @param stages stages, the head's own included
 * @param kvGroups the model's KV groups and the blocks that every stage has for each
 * @param hiddenSize elements of a row that crosses a cut
 * @param wire what its stages agreed on about their links
 */
public record PipelineShape(
        String pipeline,
        ModelIdentity model,
        long epoch,
        int stages,
        List<KvGroup> kvGroups,
        int hiddenSize,
        WireTerms wire) {

    public PipelineShape {
        kvGroups = List.copyOf(kvGroups);
        if (stages < 1 || kvGroups.isEmpty()) {
            throw new IllegalArgumentException("pipeline %s: %d stages with %d KV groups serve nothing"
                    .formatted(pipeline, stages, kvGroups.size()));
        }
        if (hiddenSize < 1) {
            throw new IllegalArgumentException("pipeline %s: rows of %d elements".formatted(pipeline, hiddenSize));
        }
        if (model.getMaxModelLen() < 2 || model.getVocabularySize() < 1) {
            throw new IllegalArgumentException("pipeline %s: model %s with context %d and vocabulary %d serves nothing"
                    .formatted(pipeline, model.getName(), model.getMaxModelLen(), model.getVocabularySize()));
        }
    }
}
