package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.ModelIdentity;

/**
 * What a head needs to know of the pipeline that was formed.
 *
 * @param pipeline its name
 * @param epoch number of this formation; higher than that of each earlier one
 * @param stages stages, the head's own included
 * @param kvBlocks KV blocks that every stage has; ids {@code 0 … kvBlocks − 1}
 */
public record PipelineShape(String pipeline, ModelIdentity model, long epoch, int stages, int kvBlocks) {

    public PipelineShape {
        if (stages < 1 || kvBlocks < 1) {
            throw new IllegalArgumentException(
                    "pipeline %s: %d stages with %d KV blocks serve nothing".formatted(pipeline, stages, kvBlocks));
        }
        if (model.getMaxModelLen() < 2 || model.getVocabularySize() < 1) {
            throw new IllegalArgumentException("pipeline %s: model %s with context %d and vocabulary %d serves nothing"
                    .formatted(pipeline, model.getName(), model.getMaxModelLen(), model.getVocabularySize()));
        }
    }
}
