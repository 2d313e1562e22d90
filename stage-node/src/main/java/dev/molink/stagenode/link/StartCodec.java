package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Sampling;
import dev.molink.stagenode.plan.SamplingParameters;
import dev.molink.stagenode.plan.SamplingParameters.Filters;
import dev.molink.stagenode.plan.SamplingParameters.Penalties;
import dev.molink.stagenode.plan.SamplingParameters.TokenRules;
import dev.molink.stagenode.plan.SequenceStart;
import org.jspecify.annotations.Nullable;

/** {@link SequenceStart}s as they travel. */
final class StartCodec {

    private StartCodec() {}

    static dev.molink.proto.stage.v1.SequenceStart encode(SequenceStart start) {
        dev.molink.proto.stage.v1.SequenceStart.Builder encoded = dev.molink.proto.stage.v1.SequenceStart.newBuilder()
                .setSequenceId(start.sequenceId())
                .setRequestId(start.requestId())
                .setChoice(start.choice())
                .setPromptTokens(start.promptTokens())
                .setCachedTokens(start.cachedTokens())
                .setSampling(encode(start.sampling()))
                .addAllHistory(start.history());
        if (start.promptLogprobs() != SamplingParameters.NO_LOGPROBS) {
            encoded.setPromptLogprobs(start.promptLogprobs());
        }
        if (start.grammar() != null) {
            encoded.setGrammar(start.grammar());
        }
        return encoded.build();
    }

    static SequenceStart decode(dev.molink.proto.stage.v1.SequenceStart start) {
        @Nullable String grammar = start.getGrammar().isEmpty() ? null : start.getGrammar();
        return new SequenceStart(
                start.getSequenceId(),
                start.getRequestId(),
                start.getChoice(),
                start.getPromptTokens(),
                start.getCachedTokens(),
                decode(start.getSampling()),
                start.getHistoryList(),
                start.hasPromptLogprobs() ? start.getPromptLogprobs() : SamplingParameters.NO_LOGPROBS,
                grammar);
    }

    private static Sampling encode(SamplingParameters parameters) {
        Sampling.Builder encoded = Sampling.newBuilder()
                .setTemperature(parameters.temperature())
                .setTopK(parameters.filters().topK())
                .setTopP(parameters.filters().topP())
                .setMinP(parameters.filters().minP())
                .setTypicalP(parameters.filters().typicalP())
                .setRepetitionPenalty(parameters.penalties().repetition())
                .setFrequencyPenalty(parameters.penalties().frequency())
                .setPresencePenalty(parameters.penalties().presence())
                .putAllLogitBias(parameters.tokens().bias())
                .addAllAllowedTokenIds(parameters.tokens().allowed())
                .addAllStopTokenIds(parameters.tokens().stop())
                .setMinTokens(parameters.tokens().minTokens())
                .setSeed(parameters.seed());
        if (parameters.logprobs() != SamplingParameters.NO_LOGPROBS) {
            encoded.setLogprobs(parameters.logprobs());
        }
        return encoded.build();
    }

    private static SamplingParameters decode(Sampling sampling) {
        return new SamplingParameters(
                sampling.getTemperature(),
                new Filters(sampling.getTopK(), sampling.getTopP(), sampling.getMinP(), sampling.getTypicalP()),
                new Penalties(
                        sampling.getRepetitionPenalty(), sampling.getFrequencyPenalty(), sampling.getPresencePenalty()),
                new TokenRules(
                        sampling.getLogitBiasMap(),
                        sampling.getAllowedTokenIdsList(),
                        sampling.getStopTokenIdsList(),
                        sampling.getMinTokens()),
                sampling.getSeed(),
                sampling.hasLogprobs() ? sampling.getLogprobs() : SamplingParameters.NO_LOGPROBS);
    }
}
