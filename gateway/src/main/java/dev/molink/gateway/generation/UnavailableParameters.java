package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Parameters of OpenAI's API, and of vLLM's, that this server does not have. A value that would not change the output is tolerated; any
 * other is refused by name, since an answer without its effect would be a wrong answer.
 */
public final class UnavailableParameters {

    /** Of vLLM's own, which its clients send to all endpoints. */
    private static final Map<String, Predicate<JsonNode>> SHARED = Map.of(
            "use_beam_search", UnavailableParameters::isFalse,
            "length_penalty", value -> value.isNumber() && value.doubleValue() == 1,
            "bad_words", UnavailableParameters::isEmpty,
            "include_stop_str_in_output", UnavailableParameters::isFalse,
            "logits_processors", UnavailableParameters::isEmpty,
            "guided_grammar", UnavailableParameters::never,
            "guided_whitespace_pattern", UnavailableParameters::never);

    private static final Map<String, Predicate<JsonNode>> CHAT = Map.ofEntries(
            Map.entry("tools", UnavailableParameters::isEmpty),
            Map.entry("tool_choice", value -> text(value, "none") || text(value, "auto")),
            Map.entry("functions", UnavailableParameters::isEmpty),
            Map.entry("function_call", value -> text(value, "none") || text(value, "auto")),
            Map.entry("modalities", value -> value.isArray() && value.size() == 1 && text(value.get(0), "text")),
            Map.entry("audio", UnavailableParameters::never),
            Map.entry("prediction", UnavailableParameters::never),
            Map.entry("web_search_options", UnavailableParameters::never),
            Map.entry("reasoning_effort", value -> text(value, "none")),
            Map.entry("verbosity", value -> text(value, "medium")),
            Map.entry("echo", UnavailableParameters::isFalse));

    private static final Map<String, Predicate<JsonNode>> COMPLETIONS = Map.of("suffix", value -> text(value, ""));

    /** MoLink's answers hold text and nothing else. */
    private static final Map<String, Predicate<JsonNode>> GENERATE = Map.of(
            "logprobs", UnavailableParameters::never,
            "prompt_logprobs", UnavailableParameters::never);

    /** Without effect on the output, so accepted in silence. */
    private static final List<String> HARMLESS = List.of(
            "metadata",
            "store",
            "parallel_tool_calls",
            "prompt_cache_key",
            "prompt_cache_retention",
            "guided_decoding_backend");

    private UnavailableParameters() {}

    public static void refuseInChat(Fields body) {
        refuseShared(body);
        refuse(body, CHAT);
    }

    public static void refuseInCompletions(Fields body, int choices) {
        refuseShared(body);
        refuse(body, COMPLETIONS);
        refuseBestOf(body, choices);
    }

    public static void refuseInGenerate(Fields body, int choices) {
        refuseShared(body);
        refuse(body, GENERATE);
        refuseBestOf(body, choices);
    }

    private static void refuseShared(Fields body) {
        refuse(body, SHARED);
        HARMLESS.forEach(body::value);
    }

    private static void refuse(Fields body, Map<String, Predicate<JsonNode>> neutral) {
        neutral.forEach((name, isNeutral) -> {
            JsonNode value = body.value(name);
            if (value != null && !isNeutral.test(value)) {
                throw unsupported(body.path(name));
            }
        });
    }

    private static void refuseBestOf(Fields body, int choices) {
        Integer bestOf = body.integer("best_of", 1, 128);
        if (bestOf == null || bestOf == choices) {
            return;
        }
        if (bestOf < choices) {
            throw ApiException.field(
                    ErrorCode.BELOW_MINIMUM,
                    body.path("best_of"),
                    "Invalid 'best_of': expected a value >= n (%d), but got %d instead.".formatted(choices, bestOf));
        }
        throw unsupported(body.path("best_of"));
    }

    private static ApiException unsupported(String path) {
        return ApiException.field(
                ErrorCode.UNSUPPORTED_PARAMETER,
                path,
                "Unsupported parameter: '%s' is not available with this value on this server.".formatted(path));
    }

    private static boolean never(JsonNode value) {
        return false;
    }

    private static boolean isFalse(JsonNode value) {
        return value.isBoolean() && !value.booleanValue();
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isContainer() && value.isEmpty();
    }

    private static boolean text(JsonNode value, String expected) {
        return value.isString() && value.stringValue().equals(expected);
    }
}
