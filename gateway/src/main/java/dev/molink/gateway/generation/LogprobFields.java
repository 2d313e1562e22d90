package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import org.jspecify.annotations.Nullable;

/** Reads what endpoints have in common about log-probabilities. */
public final class LogprobFields {

    private LogprobFields() {}

    /** vLLM's {@code prompt_logprobs}, which it too has for whole answers only. */
    public static @Nullable Integer prompt(Fields body) {
        Integer prompt = body.integer("prompt_logprobs", 0, LogprobOptions.MAX_TOP);
        if (prompt != null && body.flag("stream")) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    body.path("prompt_logprobs"),
                    "Invalid 'prompt_logprobs': a streamed answer has no place for them.");
        }
        return prompt;
    }
}
