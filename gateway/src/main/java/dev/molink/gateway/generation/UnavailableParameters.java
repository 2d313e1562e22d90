package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Parameters of OpenAI's API that this server does not have. A value that would not change the output is tolerated; any
 * other is refused by name, since an answer without its effect would be a wrong answer.
 */
public final class UnavailableParameters {

    private static final Pattern TOKEN_ID = Pattern.compile("\\d{1,10}");

    private static final Map<String, Predicate<JsonNode>> SHARED = Map.of(
            "presence_penalty", UnavailableParameters::isZero,
            "frequency_penalty", UnavailableParameters::isZero,
            "repetition_penalty", value -> value.isNumber() && value.doubleValue() == 1,
            "logit_bias", UnavailableParameters::isEmpty,
            "response_format", value -> value.isObject() && text(value.path("type"), "text"));

    private static final Map<String, Predicate<JsonNode>> CHAT = Map.ofEntries(
            Map.entry("logprobs", UnavailableParameters::isFalse),
            Map.entry("top_logprobs", UnavailableParameters::isZero),
            Map.entry("tools", UnavailableParameters::isEmpty),
            Map.entry("tool_choice", value -> text(value, "none") || text(value, "auto")),
            Map.entry("functions", UnavailableParameters::isEmpty),
            Map.entry("function_call", value -> text(value, "none") || text(value, "auto")),
            Map.entry("modalities", value -> value.isArray() && value.size() == 1 && text(value.get(0), "text")),
            Map.entry("audio", UnavailableParameters::never),
            Map.entry("prediction", UnavailableParameters::never),
            Map.entry("web_search_options", UnavailableParameters::never),
            Map.entry("reasoning_effort", value -> text(value, "none")),
            Map.entry("verbosity", value -> text(value, "medium")));

    private static final Map<String, Predicate<JsonNode>> COMPLETIONS = Map.of(
            "logprobs", UnavailableParameters::never,
            "echo", UnavailableParameters::isFalse,
            "suffix", value -> text(value, ""));

    /** Without effect on the output, so accepted in silence. */
    private static final List<String> HARMLESS = List.of(
            "user",
            "metadata",
            "store",
            "service_tier",
            "parallel_tool_calls",
            "prompt_cache_key",
            "prompt_cache_retention",
            "safety_identifier");

    private UnavailableParameters() {}

    public static void refuseInChat(Fields body) {
        body.integer("top_logprobs", 0, 20);
        refuseShared(body);
        refuse(body, CHAT);
    }

    public static void refuseInCompletions(Fields body, int choices) {
        body.integer("logprobs", 0, 5);
        refuseShared(body);
        refuse(body, COMPLETIONS);
        refuseBestOf(body, choices);
    }

    public static void refuseShared(Fields body) {
        body.number("presence_penalty", -2, 2);
        body.number("frequency_penalty", -2, 2);
        checkLogitBias(body);
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

    private static void checkLogitBias(Fields body) {
        Fields biases = body.object("logit_bias");
        if (biases == null) {
            return;
        }
        for (String key : biases.unread()) {
            if (!TOKEN_ID.matcher(key).matches()) {
                throw ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        body.path("logit_bias"),
                        "Invalid 'logit_bias': each key must be a token id.");
            }
            biases.number(key, -100, 100);
        }
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

    private static boolean isZero(JsonNode value) {
        return value.isNumber() && value.doubleValue() == 0;
    }

    private static boolean text(JsonNode value, String expected) {
        return value.isString() && value.stringValue().equals(expected);
    }
}
