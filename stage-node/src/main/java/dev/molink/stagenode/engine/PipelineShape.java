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
 * @param hiddenSize elements of a row of the hidden state
 * @param kvGroups the model's KV groups and the blocks that every stage has for each
 */
public record PipelineShape(
        String pipeline, ModelIdentity model, long epoch, int stages, int hiddenSize, List<KvGroup> kvGroups) {

    public PipelineShape {
        kvGroups = List.copyOf(kvGroups);
        if (stages < 1 || kvGroups.isEmpty()) {
            throw new IllegalArgumentException("pipeline %s: %d stages with %d KV groups serve nothing"
                    .formatted(pipeline, stages, kvGroups.size()));
        }
        if (model.getMaxModelLen() < 2 || model.getVocabularySize() < 1) {
            throw new IllegalArgumentException("pipeline %s: model %s with context %d and vocabulary %d serves nothing"
                    .formatted(pipeline, model.getName(), model.getMaxModelLen(), model.getVocabularySize()));
        }
    }
}
