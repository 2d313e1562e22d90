package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.proto.node.v1.Failure;
import java.time.Duration;

/** What a client is told of each failure at a head. The head's own sentence is for the operator and stays in the log. */
final class Failures {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private Failures() {}

    /** @param call that failed, whose fields the answer names */
    static ApiException of(Failure failure, GenerationCall call) {
        return switch (failure.getCode()) {
            case FAILURE_CODE_OVERLOADED ->
                ApiException.retryable(
                        ErrorCode.OVERLOADED, "The model is overloaded. Please try again in a moment.", RETRY);
            case FAILURE_CODE_NO_PIPELINE ->
                ApiException.retryable(
                        ErrorCode.OVERLOADED, "No pipeline serves the model just now. Please try again.", RETRY);
            case FAILURE_CODE_CONTEXT_LENGTH ->
                ApiException.field(
                        ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                        call.promptField(),
                        "The %s, with what it may generate, exceeds the model's context length."
                                .formatted(call.promptField()));
            case FAILURE_CODE_INVALID_TOKEN ->
                ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        call.promptField(),
                        "Invalid '%s': it holds a token id outside the vocabulary.".formatted(call.promptField()));
            case FAILURE_CODE_INVALID_ARGUMENT -> RefusedFields.of(failure, call);
            case FAILURE_CODE_STAGE_LOST -> lost();
            case FAILURE_CODE_BAD_LOGITS ->
                ApiException.of(
                        ErrorCode.BAD_LOGITS, "The model computed values that are no numbers; nothing was sampled.");
            case FAILURE_CODE_QUEUE_TIMEOUT ->
                ApiException.retryable(
                        ErrorCode.QUEUE_TIMEOUT,
                        "The request waited longer for its turn than it may. Please try again later.",
                        RETRY);
            case FAILURE_CODE_DEADLINE ->
                ApiException.lasting(ErrorCode.TIMEOUT, "The answer was not complete within the request's 'timeout'.");
            case FAILURE_CODE_UNSPECIFIED, FAILURE_CODE_INTERNAL, UNRECOGNIZED ->
                ApiException.of(ErrorCode.INTERNAL, "The model failed to answer.");
        };
    }

    static ApiException lost() {
        return ApiException.retryable(
                ErrorCode.PIPELINE_LOST,
                "A machine that ran the model was lost before the answer was complete.",
                RETRY);
    }

    static ApiException stalled(Duration waited) {
        return ApiException.of(
                ErrorCode.STALLED, "The model produced nothing for %d seconds.".formatted(waited.toSeconds()));
    }
}
