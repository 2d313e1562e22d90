package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import dev.molink.gateway.structure.StructureFields;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the options that all generating endpoints share. */
public final class OptionFields {

    private static final int MAX_CHOICES = 128;
    private static final int MAX_STOPS = 4;
    private static final int MAX_SALT = 256;

    private OptionFields() {}

    /**
     * Reads the shared options.
     *
     * @param logprobs which log-probabilities the endpoint's own fields ask for
     * @param defaultTokens generated ids per choice of a request that sets no limit; null: what is left of the context
     */
    public static GenerationOptions read(Fields body, LogprobOptions logprobs, @Nullable Integer defaultTokens) {
        Integer choices = body.integer("n", 1, MAX_CHOICES);
        return new GenerationOptions(
                limit(body),
                defaultTokens,
                choices == null ? 1 : choices,
                SamplingFields.read(body),
                stop(body),
                logprobs,
                StructureFields.read(body),
                ScheduleFields.read(body),
                EndUserField.read(body),
                cacheSalt(body),
                body.flag("stream"),
                includeUsage(body));
    }

    /** {@code max_completion_tokens} is the newer name and wins where both are given. */
    private static @Nullable TokenLimit limit(Fields body) {
        Integer older = body.integer("max_tokens", 1, Integer.MAX_VALUE);
        Integer newer = body.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        if (newer != null) {
            return new TokenLimit(newer, body.path("max_completion_tokens"));
        }
        return older == null ? null : new TokenLimit(older, body.path("max_tokens"));
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

    private static @Nullable String cacheSalt(Fields body) {
        String salt = body.string("cache_salt");
        if (salt != null && (salt.isEmpty() || salt.length() > MAX_SALT)) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    body.path("cache_salt"),
                    "Invalid 'cache_salt': expected 1 to %d characters, but got %d."
                            .formatted(MAX_SALT, salt.length()));
        }
        return salt;
    }

    /** Tolerated without {@code stream}, where it has no effect: the SDKs' own tests send it so. */
    private static boolean includeUsage(Fields body) {
        Fields options = body.object("stream_options");
        return options != null && options.flag("include_usage");
    }
}
