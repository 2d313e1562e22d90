package dev.molink.gateway.completions;

import dev.molink.gateway.generation.GenerationOptions;
import dev.molink.gateway.generation.LogprobFields;
import dev.molink.gateway.generation.LogprobOptions;
import dev.molink.gateway.generation.OptionFields;
import dev.molink.gateway.generation.UnavailableParameters;
import dev.molink.gateway.http.Fields;
import java.util.List;

/**
 * A checked body.
 *
 * @param ignoredFields names that this server does not know
 */
record CompletionRequest(String model, Prompts prompts, GenerationOptions options, List<String> ignoredFields) {

    /** OpenAI's default for this endpoint alone. */
    private static final int DEFAULT_MAX_TOKENS = 16;

    static CompletionRequest read(Fields body) {
        String model = body.requireString("model");
        Prompts prompts = Prompts.of(body);
        GenerationOptions options = OptionFields.read(body, logprobs(body), DEFAULT_MAX_TOKENS);
        UnavailableParameters.refuseInCompletions(body, options.choices());
        return new CompletionRequest(model, prompts, options, body.unread());
    }

    private static LogprobOptions logprobs(Fields body) {
        return new LogprobOptions(
                body.integer("logprobs", 0, LogprobOptions.MAX_TOP),
                LogprobFields.prompt(body),
                body.flag("echo"),
                "logprobs");
    }
}
