package dev.molink.product;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the reference implementation answers with the bundled model at temperature 0. */
final class Golden {

    private static final JsonNode CASES = load();

    private Golden() {}

    static String prompt(String question) {
        return find(question).get("prompt").asString();
    }

    static int promptTokens(String question) {
        return find(question).get("prompt_ids").size();
    }

    static int generatedTokens(String question) {
        return find(question).get("greedy_ids").size();
    }

    static String answer(String question) {
        return find(question).get("text").asString();
    }

    /** A chat request for the answer. */
    static String request(String question) {
        return """
                {"model": "molink-demo", "temperature": 0, "messages": [{"role": "user", "content": %s}]}""".formatted(JsonMapper.shared().writeValueAsString(question));
    }

    private static JsonNode find(String question) {
        for (JsonNode golden : CASES) {
            if (golden.get("question").asString().equals(question)) {
                return golden;
            }
        }
        throw new AssertionError("no golden case for " + question);
    }

    private static JsonNode load() {
        Path file = Path.of(System.getProperty("molink.root"), "models", "molink-demo", "golden.json");
        try {
            return JsonMapper.shared().readTree(Files.readString(file)).get("cases");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
