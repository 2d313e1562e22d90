package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.structure.StructureOption;
import dev.molink.proto.node.v1.Failure;
import org.jspecify.annotations.Nullable;

/** The fields of a client's body that the fields of a head's request come from. */
final class RefusedFields {

    private static final String STRUCTURE = "structure";
    private static final String SAMPLING = "sampling.";

    private RefusedFields() {}

    /** A demand on the answer's form is refused in the head's own words, which name what it cannot keep. */
    static ApiException of(Failure failure, GenerationCall call) {
        StructureOption structure = call.options().structure();
        if (failure.getField().startsWith(STRUCTURE) && structure != null) {
            return structure.refused(failure.getMessage());
        }
        String field = field(failure.getField(), call);
        return field == null
                ? ApiException.of(ErrorCode.BAD_REQUEST, "The model refused a parameter of the request.")
                : ApiException.field(
                        ErrorCode.INVALID_VALUE, field, "Invalid '%s': the model does not take it.".formatted(field));
    }

    private static @Nullable String field(String ofHead, GenerationCall call) {
        TokenLimit limit = call.options().limit();
        return switch (ofHead) {
            case "" -> null;
            case "prompt_token_ids" -> call.promptField();
            case "max_tokens" -> limit == null ? "max_tokens" : limit.field();
            case "choices" -> "n";
            case "timeout_millis" -> "timeout";
            case "queue_timeout_millis" -> "queue_timeout";
            case "sampling.ignore_end" -> "ignore_eos";
            case "sampling.logprobs" -> call.options().logprobs().field();
            default -> ofHead.startsWith(SAMPLING) ? ofHead.substring(SAMPLING.length()) : ofHead;
        };
    }
}
