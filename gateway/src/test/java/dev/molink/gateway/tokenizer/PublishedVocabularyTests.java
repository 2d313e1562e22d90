package dev.molink.gateway.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.GgufVocabulary;
import dev.molink.proto.node.v1.TextAssets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Published vocabularies against their published test vectors; third-party data that stays outside the project. */
class PublishedVocabularyTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int CONTROL = 3;

    @ParameterizedTest
    @ValueSource(strings = {"gpt-2", "llama-spm"})
    void encodesThePublishedTexts(String name) {
        Tokenizer tokenizer = TokenizerFixture.fromGguf(TokenizerFixture.shared(vectors(name)))
                .tokenizer();

        assertThat(differences(tokenizer, name)).isEmpty();
    }

    @Test
    void encodesThePublishedTextsOfQwen2() {
        Tokenizer tokenizer = TokenizerFixture.load(
                        TextAssets.newBuilder().setGguf(qwen2()).build())
                .tokenizer();

        assertThat(differences(tokenizer, "qwen2")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-2", "llama-spm"})
    void decodesThePublishedTextsBack(String name) {
        Tokenizer tokenizer = TokenizerFixture.fromGguf(TokenizerFixture.shared(vectors(name)))
                .tokenizer();

        for (String text : texts(name)) {
            int[] ids = tokenizer.encode(text, false);
            assertThat(tokenizer.decode(ids, false)).isEqualTo(text);
            assertThat(String.join("", TokenizerFixture.deltas(tokenizer, ids))).isEqualTo(text);
        }
    }

    @Test
    void writesTheStoriesOfTheGoldenIds() {
        TextModel model = TokenizerFixture.fromGguf(TokenizerFixture.shared("models/stories260K.f32.gguf"));
        JsonNode golden = JSON.readTree(TokenizerFixture.shared("models/stories260K.golden.json"));

        for (JsonNode story : golden.path("cases")) {
            int[] ids = TokenizerFixture.ids(story.path("greedy_ids"));
            String text = story.path("text").stringValue();
            assertThat(model.tokenizer().decode(ids, true)).isEqualTo(text);
            assertThat(model.tokenizer().encode(story.path("prompt").stringValue(), true))
                    .isEqualTo(TokenizerFixture.ids(story.path("prompt_ids")));
        }
        assertThat(model.specialTokens()).containsEntry("bos_token", "<s>").containsEntry("eos_token", "</s>");
    }

    private static List<String> differences(Tokenizer tokenizer, String name) {
        String ids = new String(TokenizerFixture.shared(vectors(name) + ".out"), StandardCharsets.UTF_8);
        List<String> expected =
                Arrays.stream(ids.split("\n", -1)).map(String::strip).toList();
        List<String> texts = texts(name);
        List<String> differences = new ArrayList<>();
        for (int line = 0; line < texts.size(); line++) {
            String actual = spaced(tokenizer.encode(texts.get(line), false));
            if (!actual.equals(expected.get(line))) {
                differences.add("%s: expected %s but was %s".formatted(texts.get(line), expected.get(line), actual));
            }
        }
        return differences;
    }

    private static List<String> texts(String name) {
        String file = new String(TokenizerFixture.shared(vectors(name) + ".inp"), StandardCharsets.UTF_8);
        return Arrays.asList(file.split("\n__ggml_vocab_test__\n", -1));
    }

    private static String vectors(String name) {
        return "tokenizers/ggml-vocab/ggml-vocab-%s.gguf".formatted(name);
    }

    private static String spaced(int[] ids) {
        return String.join(" ", Arrays.stream(ids).mapToObj(String::valueOf).toList());
    }

    /** Qwen2's vocabulary and merges as a GGUF file holds them. */
    private static GgufVocabulary qwen2() {
        GgufVocabulary.Builder vocabulary =
                GgufVocabulary.newBuilder().setModel("gpt2").setPre("qwen2");
        JsonNode added = JSON.readTree(TokenizerFixture.shared("tokenizers/qwen2/added_tokens.json"));
        Map<Integer, String> tokens = new TreeMap<>();
        JSON.readTree(TokenizerFixture.shared("tokenizers/qwen2/vocab.json"))
                .properties()
                .forEach(entry -> tokens.put(entry.getValue().intValue(), entry.getKey()));
        added.properties().forEach(entry -> tokens.put(entry.getValue().intValue(), entry.getKey()));
        tokens.forEach((_, token) ->
                vocabulary.addTokens(ByteString.copyFromUtf8(token)).addTokenTypes(added.has(token) ? CONTROL : 1));
        new String(TokenizerFixture.shared("tokenizers/qwen2/merges.txt"), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#version"))
                .forEach(vocabulary::addMerges);
        return vocabulary.build();
    }
}
