package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.ModelIdentity;
import java.util.List;
import java.util.Optional;

/** What a request must be like to run on a pipeline. */
final class Admission {

    static final int MAX_CHOICES = 128;

    private final ModelIdentity model;
    private final int longestSequence;
    private final SamplingLimits sampling;

    /** @param longestSequence most ids, prompt included, that a sequence may have on the pipeline */
    Admission(ModelIdentity model, int longestSequence) {
        this.model = model;
        this.longestSequence = longestSequence;
        this.sampling = new SamplingLimits(model.getVocabularySize());
    }

    /** Why the request is refused; empty if it may run. */
    Optional<Failure> refusal(GenerateRequest request) {
        return refuseShape(request)
                .or(() -> refuseTimes(request))
                .or(() -> sampling.refusal(request.getSampling(), request.getMaxTokens()))
                .or(() -> refusePromptLogprobs(request))
                .or(() -> refuseIds("prompt_token_ids", request.getPromptTokenIdsList()))
                .or(() -> refuseIds("generated_token_ids", request.getGeneratedTokenIdsList()));
    }

    private Optional<Failure> refuseShape(GenerateRequest request) {
        int choices = request.getChoices();
        if (choices < 1 || choices > MAX_CHOICES) {
            return invalid("choices", "choices is %d; 1 to %d are allowed".formatted(choices, MAX_CHOICES));
        }
        if (choices > 1 && request.getGeneratedTokenIdsCount() > 0) {
            return invalid(
                    "choices",
                    "%d choices cannot continue one list of generated ids; send each alone".formatted(choices));
        }
        if (request.getMaxTokens() < 1) {
            return invalid("max_tokens", "max_tokens is %d; it must be at least 1".formatted(request.getMaxTokens()));
        }
        if (request.hasStructure() && request.getSampling().getIgnoreEnd()) {
            return invalid(
                    "sampling.ignore_end", "ignore_end cannot be kept with a structure: its text ends by an end id");
        }
        if (request.getPromptTokenIdsCount() == 0) {
            return invalid("prompt_token_ids", "the prompt has no token ids; it needs at least one");
        }
        if (request.getPromptTokenIdsCount() >= longestSequence) {
            return refuse(
                    FailureCode.FAILURE_CODE_CONTEXT_LENGTH,
                    "prompt_token_ids",
                    "the prompt has %d tokens; prompt and generated tokens together may be %d"
                            .formatted(request.getPromptTokenIdsCount(), longestSequence));
        }
        return Optional.empty();
    }

    private static Optional<Failure> refuseTimes(GenerateRequest request) {
        return refuseNegative("timeout_millis", request.getTimeoutMillis())
                .or(() -> refuseNegative("queue_timeout_millis", request.getQueueTimeoutMillis()));
    }

    private static Optional<Failure> refuseNegative(String field, long value) {
        return value >= 0
                ? Optional.empty()
                : invalid(field, "%s is %d; it must be 0 (none) or more".formatted(field, value));
    }

    private static Optional<Failure> refusePromptLogprobs(GenerateRequest request) {
        return request.hasPromptLogprobs()
                ? SamplingLimits.refuseAlternatives("prompt_logprobs", request.getPromptLogprobs())
                : Optional.empty();
    }

    private Optional<Failure> refuseIds(String field, List<Integer> ids) {
        int vocabulary = model.getVocabularySize();
        return ids.stream()
                .filter(id -> id < 0 || id >= vocabulary)
                .findFirst()
                .flatMap(id -> refuse(
                        FailureCode.FAILURE_CODE_INVALID_TOKEN,
                        field,
                        "token id %d is outside the vocabulary 0…%d".formatted(id, vocabulary - 1)));
    }

    /** A refusal of one field's value. */
    static Optional<Failure> invalid(String field, String message) {
        return refuse(FailureCode.FAILURE_CODE_INVALID_ARGUMENT, field, message);
    }

    private static Optional<Failure> refuse(FailureCode code, String field, String message) {
        return Optional.of(Failure.newBuilder()
                .setCode(code)
                .setField(field)
                .setMessage(message)
                .build());
    }
}
