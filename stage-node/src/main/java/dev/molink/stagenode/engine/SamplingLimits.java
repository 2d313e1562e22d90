package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.SamplingParameters;
import java.util.Optional;
import java.util.stream.Stream;

/** The ranges of sampling parameters. */
final class SamplingLimits {

    private static final int MAX_ALTERNATIVES = 20;

    private final int vocabularySize;

    SamplingLimits(int vocabularySize) {
        this.vocabularySize = vocabularySize;
    }

    /** Why the parameters are refused; empty if all are in their ranges. */
    Optional<Failure> refusal(SamplingParameters sampling, int maxTokens) {
        return refuseFilters(sampling)
                .or(() -> refusePenalties(sampling))
                .or(() -> refuseTokenRules(sampling))
                .or(() -> refuseMinTokens(sampling.getMinTokens(), maxTokens))
                .or(() -> sampling.hasLogprobs()
                        ? refuseAlternatives("sampling.logprobs", sampling.getLogprobs())
                        : Optional.empty());
    }

    private static Optional<Failure> refuseFilters(SamplingParameters sampling) {
        float temperature = sampling.getTemperature();
        if (!(temperature >= 0 && Float.isFinite(temperature))) {
            return Admission.invalid(
                    "sampling.temperature",
                    "temperature is %s; it must be 0 or a positive number".formatted(temperature));
        }
        return refuseShare("top_p", sampling.hasTopP() ? sampling.getTopP() : 1)
                .or(() -> refuseShare("min_p", sampling.getMinP()))
                .or(() -> refuseShare("typical_p", sampling.hasTypicalP() ? sampling.getTypicalP() : 1));
    }

    private static Optional<Failure> refuseShare(String name, float value) {
        return value >= 0 && value <= 1
                ? Optional.empty()
                : Admission.invalid("sampling." + name, "%s is %s; 0 to 1 are allowed".formatted(name, value));
    }

    private static Optional<Failure> refusePenalties(SamplingParameters sampling) {
        float repetition = sampling.hasRepetitionPenalty() ? sampling.getRepetitionPenalty() : 1;
        if (!(repetition > 0 && Float.isFinite(repetition))) {
            return Admission.invalid(
                    "sampling.repetition_penalty",
                    "repetition_penalty is %s; it must be a positive number".formatted(repetition));
        }
        return refuseNumber("frequency_penalty", sampling.getFrequencyPenalty())
                .or(() -> refuseNumber("presence_penalty", sampling.getPresencePenalty()));
    }

    private static Optional<Failure> refuseNumber(String name, float value) {
        return Float.isFinite(value)
                ? Optional.empty()
                : Admission.invalid("sampling." + name, "%s is %s; it must be a number".formatted(name, value));
    }

    private Optional<Failure> refuseTokenRules(SamplingParameters sampling) {
        return sampling.getLogitBiasMap().entrySet().stream()
                .flatMap(entry -> refuseBias(entry.getKey(), entry.getValue()).stream())
                .findFirst()
                .or(() -> refuseIds("allowed_token_ids", sampling.getAllowedTokenIdsList().stream()))
                .or(() -> refuseIds("stop_token_ids", sampling.getStopTokenIdsList().stream()));
    }

    private Optional<Failure> refuseBias(int id, float bias) {
        return Float.isFinite(bias)
                ? refuseIds("logit_bias", Stream.of(id))
                : Admission.invalid(
                        "sampling.logit_bias",
                        "the logit_bias of token id %d is %s; it must be a number".formatted(id, bias));
    }

    private Optional<Failure> refuseIds(String name, Stream<Integer> ids) {
        return ids.filter(id -> id < 0 || id >= vocabularySize)
                .findFirst()
                .flatMap(id -> Admission.invalid(
                        "sampling." + name,
                        "%s names token id %d; the vocabulary is 0…%d".formatted(name, id, vocabularySize - 1)));
    }

    private static Optional<Failure> refuseMinTokens(int minTokens, int maxTokens) {
        return minTokens >= 0 && minTokens <= maxTokens
                ? Optional.empty()
                : Admission.invalid(
                        "sampling.min_tokens",
                        "min_tokens is %d; 0 to max_tokens (%d) are allowed".formatted(minTokens, maxTokens));
    }

    /** Of a number of alternatives whose log-probabilities are wanted. */
    static Optional<Failure> refuseAlternatives(String field, int alternatives) {
        return alternatives >= 0 && alternatives <= MAX_ALTERNATIVES
                ? Optional.empty()
                : Admission.invalid(
                        field, "%s is %d; 0 to %d are allowed".formatted(field, alternatives, MAX_ALTERNATIVES));
    }
}
