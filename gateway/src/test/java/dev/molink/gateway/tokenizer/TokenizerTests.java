package dev.molink.gateway.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * What every tokenizer promises, checked on each kind against the reference's ids, texts and deltas.
 *
 * <p>One difference is intended: where a vocabulary is byte-level, the reference takes the letters of an added token for
 * byte symbols, so that {@code café} becomes {@code caf} and U+FFFD. We print added tokens as they are.
 */
@ParameterizedClass
@CsvSource({
    "gpt2-bytes, json",
    "llama3-bytes, json",
    "many-added, json",
    "spm-bpe, json",
    "spm-unigram, json",
    "wordpiece, json",
    "gpt2-bytes, gguf",
    "llama3-bytes, gguf",
    "spm-bpe, gguf"
})
class TokenizerTests {

    private static final int CAFE = 1227;

    private final String name;
    private final JsonNode fixture;
    private final Tokenizer tokenizer;

    TokenizerTests(String name, String source) {
        this.name = name;
        fixture = TokenizerFixture.json(name + "/cases.json.gz");
        tokenizer = source.equals("gguf")
                ? TokenizerFixture.fromGguf(name).tokenizer()
                : TokenizerFixture.fromTokenizerJson(name).tokenizer();
    }

    @Test
    void encodesAsTheReferenceDoes() {
        List<String> differences = new ArrayList<>();

        for (JsonNode example : fixture.path("cases")) {
            int[] ids = tokenizer.encode(example.path("text").stringValue(), false);
            compare(differences, example, "text", TokenizerFixture.ids(example.path("ids")), ids);
        }

        assertThat(differences).isEmpty();
    }

    @Test
    void addsTheSpecialTokensAroundAText() {
        List<String> differences = new ArrayList<>();

        for (JsonNode example : fixture.path("cases")) {
            int[] ids = tokenizer.encode(example.path("text").stringValue(), true);
            compare(differences, example, "text", TokenizerFixture.ids(example.path("ids_with_special")), ids);
        }

        assertThat(differences).isEmpty();
    }

    @Test
    void streamsTheDeltasOfTheReference() {
        List<String> differences = new ArrayList<>();

        for (JsonNode example : examplesWithIds()) {
            if (example.has("deltas") && !holdsTokenThatTheReferenceGarbles(example)) {
                List<String> deltas = TokenizerFixture.deltas(tokenizer, TokenizerFixture.ids(example.path("ids")));
                compare(differences, example, "ids", TokenizerFixture.texts(example.path("deltas")), deltas);
            }
        }

        assertThat(differences).isEmpty();
    }

    @Test
    void decodesToTheTextOfTheReference() {
        List<String> differences = new ArrayList<>();

        for (JsonNode example : examplesWithIds()) {
            if (example.has("deltas") && !holdsTokenThatTheReferenceGarbles(example)) {
                String text = tokenizer.decode(TokenizerFixture.ids(example.path("ids")), false);
                compare(differences, example, "ids", example.path("decoded").stringValue(), text);
            }
        }

        assertThat(differences).isEmpty();
    }

    @Test
    void leavesSpecialTokensOutWhenAsked() {
        List<String> differences = new ArrayList<>();

        for (JsonNode example : fixture.path("cases")) {
            if (holdsTokenThatTheReferenceGarbles(example)) {
                continue;
            }
            String expected = example.path("decoded_skipping_special")
                    .asString(example.path("decoded").stringValue());
            String text = tokenizer.decode(TokenizerFixture.ids(example.path("ids")), true);
            compare(differences, example, "ids", expected, text);
        }

        assertThat(differences).isEmpty();
    }

    @Test
    void givesNoTextForIdsOutsideTheVocabulary() {
        String text = tokenizer.decode(new int[] {-1, tokenizer.vocabularySize(), Integer.MAX_VALUE}, false);

        assertThat(text).isEmpty();
        assertThat(tokenizer.tokenBytes(tokenizer.vocabularySize())).isEmpty();
    }

    @Test
    void takesAnUnpairedSurrogateForAReplacementCharacter() {
        assertThat(tokenizer.encode("a\uD83Db", false)).isEqualTo(tokenizer.encode("a\uFFFDb", false));
    }

    @Test
    void servesSeveralThreadsAtOnce() throws Exception {
        List<String> texts = fixture.path("cases")
                .valueStream()
                .map(example -> example.path("text").stringValue())
                .toList();
        List<int[]> expected =
                texts.stream().map(text -> tokenizer.encode(text, false)).toList();

        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<List<int[]>>> answers = threads.invokeAll(Collections.nCopies(
                    8,
                    () -> texts.stream()
                            .map(text -> tokenizer.encode(text, false))
                            .toList()));
            for (Future<List<int[]>> answer : answers) {
                assertThat(answer.get().toArray())
                        .usingElementComparator((one, other) -> Objects.deepEquals(one, other) ? 0 : 1)
                        .containsExactly(expected.toArray());
            }
        }
    }

    private boolean holdsTokenThatTheReferenceGarbles(JsonNode example) {
        return name.equals("many-added")
                && Arrays.stream(TokenizerFixture.ids(example.path("ids"))).anyMatch(id -> id == CAFE);
    }

    private List<JsonNode> examplesWithIds() {
        List<JsonNode> examples = new ArrayList<>();
        fixture.path("cases").forEach(examples::add);
        fixture.path("loose_ids").forEach(examples::add);
        return examples;
    }

    private static void compare(
            List<String> differences, JsonNode example, String input, Object expected, Object actual) {
        if (!Objects.deepEquals(expected, actual)) {
            differences.add(
                    "%s: expected %s but was %s".formatted(example.path(input), shown(expected), shown(actual)));
        }
    }

    private static Object shown(Object value) {
        return value instanceof int[] ids ? Arrays.toString(ids) : value;
    }
}
