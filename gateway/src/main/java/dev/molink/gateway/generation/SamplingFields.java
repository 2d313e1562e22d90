package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what a body says about sampling: OpenAI's names, and vLLM's for what OpenAI does not have. */
final class SamplingFields {

    private static final int MAX_STOP_IDS = 128;
    private static final int MAX_BIASES = 16_384;
    private static final int MAX_ALLOWED_IDS = 1 << 20;
    private static final double MAX_TEMPERATURE = 2;
    private static final double MAX_PENALTY = 2;
    private static final double MAX_BIAS = 100;
    /** Beyond these a logit no longer fits its number format, and every token would be as good as none. */
    private static final double MIN_REPETITION_PENALTY = 0.01;

    private static final double MAX_REPETITION_PENALTY = 100;
    private static final Pattern TOKEN_ID = Pattern.compile("\\d{1,9}");

    private SamplingFields() {}

    static SamplingOptions read(Fields body) {
        Integer minTokens = body.integer("min_tokens", 0, Integer.MAX_VALUE);
        return new SamplingOptions(
                body.number("temperature", 0, MAX_TEMPERATURE),
                share(body, "top_p"),
                body.integer("top_k", -1, Integer.MAX_VALUE),
                body.number("min_p", 0, 1),
                share(body, "typical_p"),
                body.number("repetition_penalty", MIN_REPETITION_PENALTY, MAX_REPETITION_PENALTY),
                body.number("frequency_penalty", -MAX_PENALTY, MAX_PENALTY),
                body.number("presence_penalty", -MAX_PENALTY, MAX_PENALTY),
                body.longInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                logitBias(body),
                allowedTokenIds(body),
                body.list("stop_token_ids", MAX_STOP_IDS, SamplingFields::tokenId),
                minTokens == null ? 0 : minTokens,
                body.flag("ignore_eos"));
    }

    /** A share of the probability: more than nothing, at most all. */
    private static @Nullable Double share(Fields body, String name) {
        Double share = body.number(name, 0, 1);
        if (share != null && share == 0) {
            throw ApiException.field(
                    ErrorCode.BELOW_MINIMUM,
                    body.path(name),
                    "Invalid '%s': expected a value > 0 and <= 1, but got 0 instead.".formatted(body.path(name)));
        }
        return share;
    }

    private static Map<Integer, Float> logitBias(Fields body) {
        Fields biases = body.object("logit_bias");
        if (biases == null) {
            return Map.of();
        }
        List<String> ids = biases.unread();
        if (ids.size() > MAX_BIASES) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    body.path("logit_bias"),
                    "Invalid 'logit_bias': expected at most %d token ids, but got %d."
                            .formatted(MAX_BIASES, ids.size()));
        }
        Map<Integer, Float> read = new HashMap<>();
        for (String id : ids) {
            if (!TOKEN_ID.matcher(id).matches()) {
                throw ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        body.path("logit_bias"),
                        "Invalid 'logit_bias': each key must be a token id.");
            }
            Double bias = biases.number(id, -MAX_BIAS, MAX_BIAS);
            if (bias != null) {
                read.put(Integer.valueOf(id), bias.floatValue());
            }
        }
        return read;
    }

    private static List<Integer> allowedTokenIds(Fields body) {
        List<Integer> allowed = body.list("allowed_token_ids", MAX_ALLOWED_IDS, SamplingFields::tokenId);
        if (allowed.isEmpty() && body.value("allowed_token_ids") != null) {
            throw ApiException.field(
                    ErrorCode.EMPTY_ARRAY,
                    body.path("allowed_token_ids"),
                    "Invalid 'allowed_token_ids': the array is empty, so nothing could be picked.");
        }
        return allowed;
    }

    private static int tokenId(String path, JsonNode value) {
        return Math.toIntExact(Fields.asInteger(path, value, 0, Integer.MAX_VALUE));
    }
}
