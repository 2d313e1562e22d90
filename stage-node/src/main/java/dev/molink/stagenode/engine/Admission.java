package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.Failure;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.SamplingParameters;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a request must be like to run on a pipeline. */
final class Admission {

    static final int MAX_CHOICES = 128;

    private final int vocabularySize;
    private final int longestSequence;

    /** @param longestSequence most ids, prompt included, that a sequence may have on the pipeline */
    Admission(ModelIdentity model, int longestSequence) {
        this.vocabularySize = model.getVocabularySize();
        this.longestSequence = longestSequence;
    }

    /** Why the request is refused; empty if it may run. */
    Optional<Failure> refusal(GenerateRequest request) {
        return Stream.of(refuseShape(request), refuseSampling(request.getSampling()), refuseIds(request))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<Failure> refuseShape(GenerateRequest request) {
        int choices = request.getChoices();
        if (choices < 1 || choices > MAX_CHOICES) {
            return invalid("choices is %d; 1 to %d are allowed".formatted(choices, MAX_CHOICES));
        }
        if (choices > 1 && request.getGeneratedTokenIdsCount() > 0) {
            return invalid("%d choices cannot continue one list of generated ids; send each alone".formatted(choices));
        }
        if (request.getMaxTokens() < 1) {
            return invalid("max_tokens is %d; it must be at least 1".formatted(request.getMaxTokens()));
        }
        if (request.getPromptTokenIdsCount() == 0) {
            return invalid("the prompt has no token ids; it needs at least one");
        }
        if (request.getPromptTokenIdsCount() >= longestSequence) {
            return refuse(
                    FailureCode.FAILURE_CODE_CONTEXT_LENGTH,
                    "the prompt has %d tokens; prompt and generated tokens together may be %d"
                            .formatted(request.getPromptTokenIdsCount(), longestSequence));
        }
        return Optional.empty();
    }

    private static Optional<Failure> refuseSampling(SamplingParameters sampling) {
        if (!(sampling.getTemperature() >= 0 && Float.isFinite(sampling.getTemperature()))) {
            return invalid("temperature is %s; it must be 0 or a positive number".formatted(sampling.getTemperature()));
        }
        if (sampling.hasTopP() && !isShare(sampling.getTopP())) {
            return invalid("top_p is %s; 0 to 1 are allowed".formatted(sampling.getTopP()));
        }
        if (!isShare(sampling.getMinP())) {
            return invalid("min_p is %s; 0 to 1 are allowed".formatted(sampling.getMinP()));
        }
        return Optional.empty();
    }

    private static boolean isShare(float value) {
        return value >= 0 && value <= 1;
    }

    private Optional<Failure> refuseIds(GenerateRequest request) {
        return Stream.of(request.getPromptTokenIdsList(), request.getGeneratedTokenIdsList())
                .flatMap(List::stream)
                .filter(id -> id < 0 || id >= vocabularySize)
                .findFirst()
                .flatMap(id -> refuse(
                        FailureCode.FAILURE_CODE_INVALID_TOKEN,
                        "token id %d is outside the vocabulary 0…%d".formatted(id, vocabularySize - 1)));
    }

    private static Optional<Failure> invalid(String message) {
        return refuse(FailureCode.FAILURE_CODE_INVALID_ARGUMENT, message);
    }

    private static Optional<Failure> refuse(FailureCode code, String message) {
        return Optional.of(
                Failure.newBuilder().setCode(code).setMessage(message).build());
    }
}
