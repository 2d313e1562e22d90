package dev.molink.gateway.completions;

import dev.molink.gateway.generation.Prompt;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import dev.molink.gateway.tokenizer.Tokenizer;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The four forms of {@code prompt}: a string, strings, token ids, lists of token ids. */
final class Prompts {

    private static final int MAX_PROMPTS = 128;
    private static final int MAX_TOKENS = 4 * 1024 * 1024;

    private final Fields body;
    private final JsonNode prompt;

    private Prompts(Fields body, JsonNode prompt) {
        this.body = body;
        this.prompt = prompt;
    }

    static Prompts of(Fields body) {
        return new Prompts(body, body.require("prompt"));
    }

    /** Each prompt with its ids, in the body's order. */
    List<Prompt> encode(Tokenizer tokenizer, int vocabularySize) {
        String path = body.path("prompt");
        if (prompt.isString()) {
            return List.of(ofText(tokenizer, prompt.stringValue()));
        }
        if (!prompt.isArray()) {
            throw Fields.wrongType(path, "a string, an array of strings, or an array of token ids", prompt);
        }
        if (prompt.isEmpty()) {
            throw ApiException.field(ErrorCode.EMPTY_ARRAY, path, "Invalid 'prompt': the array is empty.");
        }
        if (prompt.get(0).isNumber()) {
            return List.of(ofIds(tokenizer, ids(path, prompt, vocabularySize)));
        }
        return Fields.asList(
                path,
                prompt,
                MAX_PROMPTS,
                (at, value) -> value.isArray()
                        ? ofIds(tokenizer, ids(at, value, vocabularySize))
                        : ofText(tokenizer, Fields.asString(at, value)));
    }

    private static Prompt ofText(Tokenizer tokenizer, String text) {
        return Prompt.of(text, tokenizer.encode(text, true));
    }

    private static Prompt ofIds(Tokenizer tokenizer, int[] ids) {
        return Prompt.of(tokenizer.decode(ids, false), ids);
    }

    private static int[] ids(String path, JsonNode array, int vocabularySize) {
        int last = vocabularySize - 1;
        List<Integer> ids = Fields.asList(
                path, array, MAX_TOKENS, (at, value) -> Math.toIntExact(Fields.asInteger(at, value, 0, last)));
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }
}
