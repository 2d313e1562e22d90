package dev.molink.gateway.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.TextAssets;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What a {@code tokenizer.json} can hold and the native library must not do. */
class NativeTokenizerTests {

    @Test
    void encodesAndDecodesTheGoldenConversationsOfTheDemoModel() {
        Tokenizer tokenizer = TokenizerFixture.fromTokenizerJson("demo").tokenizer();

        for (JsonNode example : TokenizerFixture.json("demo/golden.json.gz").path("cases")) {
            assertThat(tokenizer.encode(example.path("prompt").stringValue(), false))
                    .isEqualTo(TokenizerFixture.ids(example.path("prompt_ids")));
            assertThat(tokenizer.decode(TokenizerFixture.ids(example.path("greedy_ids")), true))
                    .isEqualTo(example.path("text").stringValue());
        }
    }

    @Test
    void neitherTruncatesNorPadsWhateverTheFileAsksFor() {
        String file =
                tokenizerJson("gpt2-bytes").replace("\"truncation\":null", """
                        "truncation":{"max_length":2,"strategy":"LongestFirst","stride":0,"direction":"Right"}""").replace("\"padding\":null", """
                        "padding":{"strategy":{"Fixed":64},"direction":"Right","pad_id":0,"pad_type_id":0,
                         "pad_token":"!","pad_to_multiple_of":null}""");
        assertThat(file).contains("max_length").contains("Fixed");
        int[] expected =
                TokenizerFixture.fromTokenizerJson("gpt2-bytes").tokenizer().encode("one two three", false);

        int[] ids = load(file).tokenizer().encode("one two three", false);

        assertThat(ids).isEqualTo(expected);
    }

    @Test
    void printsAnAddedTokenWithALatinLetterAsItIs() {
        Tokenizer tokenizer = TokenizerFixture.fromTokenizerJson("many-added").tokenizer();

        int[] ids = tokenizer.encode("café", false);

        assertThat(ids).containsExactly(1227);
        assertThat(tokenizer.decode(ids, false)).isEqualTo("café");
    }

    @Test
    void carriesANulCharacter() {
        Tokenizer tokenizer = TokenizerFixture.fromTokenizerJson("gpt2-bytes").tokenizer();

        assertThat(tokenizer.decode(tokenizer.encode("a\0b", false), false)).isEqualTo("a\0b");
    }

    @Test
    void tellsTheBytesOfATokenThatIsPartOfACharacter() {
        Tokenizer tokenizer = TokenizerFixture.fromTokenizerJson("gpt2-bytes").tokenizer();
        int[] ids = tokenizer.encode("\uD83D\uDE80", false);

        assertThat(tokenizer.tokenBytes(ids[0])).startsWith(0xF0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\"                              | tokenizer.json cannot be read: Unexpected end-of-input",
                "[]                                      | tokenizer.json: the file holds START_ARRAY; expected",
                "{}                                      | tokenizer.json has no model.vocab",
                "{\"model\": {\"vocab\": 1}}             | tokenizer.json: model.vocab holds VALUE_NUMBER_INT; expected",
                "{\"model\": {\"vocab\": {\"a\": \"x\"}}}| tokenizer.json: model.vocab holds VALUE_STRING; expected",
                "{\"model\": {\"vocab\": {\"a\": -1}}}   | tokenizer.json: token id -1; expected 0 to 4194303",
                "{\"model\": {\"vocab\": {\"a\": 99999999999}}} | tokenizer.json cannot be read: Numeric value",
                "{\"added_tokens\": [{}]}                | tokenizer.json: added_tokens holds an entry without",
                "{\"model\": {\"vocab\": {\"a\": 0}}}    | tokenizer.json cannot be read: "
            })
    void refusesAGarbledFile(String file, String message) {
        assertThatThrownBy(() -> load(file))
                .isInstanceOf(TextModelException.class)
                .hasMessageStartingWith(message);
    }

    private static TextModel load(String tokenizerJson) {
        return TokenizerFixture.load(TextAssets.newBuilder()
                .setTokenizerJson(ByteString.copyFromUtf8(tokenizerJson))
                .build());
    }

    private static String tokenizerJson(String name) {
        return new String(TokenizerFixture.resource(name + "/tokenizer.json.gz"), StandardCharsets.UTF_8);
    }
}
