package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the options that all generating endpoints share. */
public final class OptionFields {

    private static final int MAX_CHOICES = 128;
    private static final int MAX_STOPS = 4;
    private static final int MAX_STOP_IDS = 128;
    private static final double MAX_TEMPERATURE = 2;

    private OptionFields() {}

    public static GenerationOptions read(Fields body) {
        Integer choices = body.integer("n", 1, MAX_CHOICES);
        return new GenerationOptions(
                maxTokens(body),
                choices == null ? 1 : choices,
                body.number("temperature", 0, MAX_TEMPERATURE),
                topP(body),
                topK(body),
                body.number("min_p", 0, 1),
                body.longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                stop(body),
                body.list("stop_token_ids", MAX_STOP_IDS, OptionFields::tokenId),
                body.flag("ignore_eos"),
                body.flag("stream"),
                includeUsage(body));
    }

    /** {@code max_completion_tokens} is the newer name and wins where both are given. */
    private static @Nullable Integer maxTokens(Fields body) {
        Integer older = body.integer("max_tokens", 1, Integer.MAX_VALUE);
        Integer newer = body.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        return newer != null ? newer : older;
    }

    private static @Nullable Double topP(Fields body) {
        Double topP = body.number("top_p", 0, 1);
        if (topP != null && topP == 0) {
            throw ApiException.field(
                    ErrorCode.BELOW_MINIMUM,
                    body.path("top_p"),
                    "Invalid '%s': expected a value > 0 and <= 1, but got 0 instead.".formatted(body.path("top_p")));
        }
        return topP;
    }

    /** −1 and 0 both mean every token, as in vLLM. */
    private static @Nullable Integer topK(Fields body) {
        return body.integer("top_k", -1, Integer.MAX_VALUE);
    }

    private static List<String> stop(Fields body) {
        JsonNode value = body.value("stop");
        if (value == null) {
            return List.of();
        }
        if (value.isString()) {
            return List.of(stopString(body.path("stop"), value));
        }
        if (!value.isArray()) {
            throw Fields.wrongType(body.path("stop"), "a string or an array of strings", value);
        }
        return Fields.asList(body.path("stop"), value, MAX_STOPS, OptionFields::stopString);
    }

    private static String stopString(String path, JsonNode value) {
        String stop = Fields.asString(path, value);
        if (stop.isEmpty() || !StandardCharsets.UTF_8.newEncoder().canEncode(stop)) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    path,
                    "Invalid '%s': a stop string must be Unicode text and not empty.".formatted(path));
        }
        return stop;
    }

    static int tokenId(String path, JsonNode value) {
        return Math.toIntExact(Fields.asInteger(path, value, 0, Integer.MAX_VALUE));
    }

    /** Tolerated without {@code stream}, where it has no effect: the SDKs' own tests send it so. */
    private static boolean includeUsage(Fields body) {
        Fields options = body.object("stream_options");
        return options != null && options.flag("include_usage");
    }
}
