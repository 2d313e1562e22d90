package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.CancelRequest;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.SamplingParameters;
import dev.molink.stagenode.kvcache.KvGroup;
import java.util.List;

/** Requests and pipelines of the engine's tests. */
final class Requests {

    static final int MAX_MODEL_LEN = 120;
    static final int END_ID = 13;

    /** For tests whose requests ask for free text. */
    static final StructureCompiler NO_STRUCTURES = (structure, epoch, receiver) -> {
        throw new AssertionError("nobody asked for a structure");
    };

    private Requests() {}

    static GenerateRequest.Builder greedy(String id, List<Integer> prompt, int maxTokens) {
        return GenerateRequest.newBuilder()
                .setRequestId(id)
                .addAllPromptTokenIds(prompt)
                .setMaxTokens(maxTokens)
                .setChoices(1)
                .setSampling(SamplingParameters.newBuilder().setTemperature(0).setIgnoreEnd(true));
    }

    static GenerateRequest.Builder seeded(String id, List<Integer> prompt, int maxTokens, long seed) {
        return greedy(id, prompt, maxTokens)
                .setSampling(SamplingParameters.newBuilder()
                        .setTemperature(0.8f)
                        .setTopK(40)
                        .setTopP(0.95f)
                        .setSeed(seed)
                        .setIgnoreEnd(true));
    }

    static CancelRequest cancel(String id) {
        return CancelRequest.newBuilder()
                .setRequestId(id)
                .setReason(CancelReason.CANCEL_REASON_CLIENT_GONE)
                .build();
    }

    static PipelineShape shape(long epoch, int stages, int kvBlocks) {
        ModelIdentity model = ModelIdentity.newBuilder()
                .setName("history")
                .setMaxModelLen(MAX_MODEL_LEN)
                .setVocabularySize(HistoryStage.VOCABULARY)
                .addEndTokenIds(END_ID)
                .build();
        return new PipelineShape(
                "default", model, epoch, stages, List.of(KvGroup.full(kvBlocks)), 8, WireTerms.exact(stages));
    }
}
