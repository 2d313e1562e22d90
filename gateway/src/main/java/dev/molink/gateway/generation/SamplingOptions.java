package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.proto.node.v1.GenerationDefaults;
import dev.molink.proto.node.v1.SamplingParameters;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of the sampler, checked. Null means that the request is silent, so that the model's own default holds,
 * and OpenAI's where the model has none.
 *
 * @param topK −1 and 0 both mean every token, as in vLLM
 * @param logitBias what is added to the logits of these ids
 * @param allowedTokenIds the only ids that may be picked; empty: all
 * @param stopTokenIds ids that end a choice, besides the model's own
 * @param minTokens generated ids before which nothing ends a choice
 * @param ignoreEnd whether to go on after the model's end ids
 */
record SamplingOptions(
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable Integer topK,
        @Nullable Double minP,
        @Nullable Double typicalP,
        @Nullable Double repetitionPenalty,
        @Nullable Double frequencyPenalty,
        @Nullable Double presencePenalty,
        @Nullable Long seed,
        Map<Integer, Float> logitBias,
        List<Integer> allowedTokenIds,
        List<Integer> stopTokenIds,
        int minTokens,
        boolean ignoreEnd) {

    SamplingOptions {
        logitBias = Map.copyOf(logitBias);
        allowedTokenIds = List.copyOf(allowedTokenIds);
        stopTokenIds = List.copyOf(stopTokenIds);
    }

    /** @throws ApiException naming the field that holds an id which the model does not have */
    void requireIdsBelow(int vocabularySize) {
        logitBias.keySet().stream().sorted().forEach(id -> requireBelow(vocabularySize, "logit_bias", id));
        requireAllBelow(vocabularySize, "allowed_token_ids", allowedTokenIds);
        requireAllBelow(vocabularySize, "stop_token_ids", stopTokenIds);
    }

    private static void requireAllBelow(int vocabularySize, String field, List<Integer> ids) {
        for (int index = 0; index < ids.size(); index++) {
            requireBelow(vocabularySize, "%s[%d]".formatted(field, index), ids.get(index));
        }
    }

    private static void requireBelow(int vocabularySize, String path, int id) {
        if (id >= vocabularySize) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    path,
                    "Invalid '%s': the model has no token %d; its ids go from 0 to %d."
                            .formatted(path, id, vocabularySize - 1));
        }
    }

    /** What the request leaves out takes the model's own default, as in vLLM. */
    SamplingParameters.Builder parameters(GenerationDefaults defaults) {
        SamplingParameters.Builder sampling = SamplingParameters.newBuilder()
                .putAllLogitBias(logitBias)
                .addAllAllowedTokenIds(allowedTokenIds)
                .addAllStopTokenIds(stopTokenIds)
                .setMinTokens(minTokens)
                .setIgnoreEnd(ignoreEnd);
        truncation(sampling, defaults);
        penalties(sampling, defaults);
        if (seed != null) {
            sampling.setSeed(seed);
        }
        return sampling;
    }

    private void truncation(SamplingParameters.Builder sampling, GenerationDefaults defaults) {
        if (temperature != null) {
            sampling.setTemperature(temperature.floatValue());
        } else if (defaults.hasTemperature()) {
            sampling.setTemperature(defaults.getTemperature());
        }
        if (topP != null) {
            sampling.setTopP(positive(topP));
        } else if (defaults.hasTopP()) {
            sampling.setTopP(defaults.getTopP());
        }
        if (minP != null) {
            sampling.setMinP(minP.floatValue());
        } else if (defaults.hasMinP()) {
            sampling.setMinP(defaults.getMinP());
        }
        int mostLikely = topK != null ? topK : defaults.getTopK();
        if (mostLikely > 0) {
            sampling.setTopK(mostLikely);
        }
        if (typicalP != null) {
            sampling.setTypicalP(positive(typicalP));
        }
    }

    private void penalties(SamplingParameters.Builder sampling, GenerationDefaults defaults) {
        if (repetitionPenalty != null) {
            sampling.setRepetitionPenalty(repetitionPenalty.floatValue());
        } else if (defaults.hasRepetitionPenalty()) {
            sampling.setRepetitionPenalty(defaults.getRepetitionPenalty());
        }
        if (frequencyPenalty != null) {
            sampling.setFrequencyPenalty(frequencyPenalty.floatValue());
        }
        if (presencePenalty != null) {
            sampling.setPresencePenalty(presencePenalty.floatValue());
        }
    }

    /** A share that is above 0 stays so as a float. */
    private static float positive(double share) {
        return Math.max(Float.MIN_NORMAL, (float) share);
    }
}
