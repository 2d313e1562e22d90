package dev.molink.gateway.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.TextAssets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextModelLoaderTests {

    private final TextAssets.Builder assets = TextAssets.newBuilder()
            .setTokenizerJson(ByteString.copyFrom(TokenizerFixture.resource("gpt2-bytes/tokenizer.json.gz")));

    @Test
    void readsTheDemoModel() {
        TextModel model = TokenizerFixture.fromTokenizerJson("demo");

        assertThat(model.specialTokens())
                .containsEntry("eos_token", "<|im_end|>")
                .containsEntry("pad_token", "<|endoftext|>")
                .doesNotContainKey("bos_token");
        assertThat(model.chatTemplate(true))
                .hasValueSatisfying(source -> assertThat(source).startsWith("{%- if messages"));
        assertThat(model.tokenizer().vocabularySize()).isEqualTo(1987);
    }

    @Test
    void readsSpecialTokensFromTextsAndObjects() {
        assets.setSpecialTokensMapJson(
                ByteString.copyFromUtf8("{\"bos_token\": {\"content\": \"<b>\"}, \"eos_token\": \"<e>\"}"));
        config("{\"eos_token\": {\"content\": \"<E>\"}, \"unk_token\": null, \"add_bos_token\": true}");

        TextModel model = TokenizerFixture.load(assets.build());

        assertThat(model.specialTokens()).containsOnly(Map.entry("bos_token", "<b>"), Map.entry("eos_token", "<E>"));
    }

    @Test
    void choosesTheTemplateForTools() {
        config("""
                {"chat_template": [{"name": "default", "template": "D"}, {"name": "tool_use", "template": "T"}]}
                """);

        TextModel model = TokenizerFixture.load(assets.build());

        assertThat(model.chatTemplate(false)).contains("D");
        assertThat(model.chatTemplate(true)).contains("T");
    }

    @Test
    void prefersATemplateFileOfItsOwn() {
        config("{\"chat_template\": \"in the configuration\"}");
        assets.setChatTemplate("in a file");

        assertThat(TokenizerFixture.load(assets.build()).chatTemplate(true)).contains("in a file");
    }

    @Test
    void hasNoTemplateWhereTheModelHasNone() {
        assertThat(TokenizerFixture.load(assets.build()).chatTemplate(false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"eos_token\": 1}        | tokenizer_config.json: eos_token is NUMBER; expected a text or an object with",
                "{\"eos_token\": {}}       | tokenizer_config.json: eos_token is OBJECT; expected a text or an object with",
                "{\"chat_template\": 1}    | tokenizer_config.json: chat_template is NUMBER; expected a text or a list",
                "{\"chat_template\": [{}]} | tokenizer_config.json: chat_template lists an entry without the text \"name\"",
                "[]                        | tokenizer_config.json holds ARRAY; expected an object",
                "{\"eos                    | tokenizer_config.json is no valid JSON: Unexpected end-of-input"
            })
    void refusesAGarbledConfiguration(String config, String message) {
        config(config);

        assertThatThrownBy(() -> TokenizerFixture.load(assets.build()))
                .isInstanceOf(TextModelException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void refusesAModelWithoutAnyVocabulary() {
        assertThatThrownBy(() -> TokenizerFixture.load(TextAssets.getDefaultInstance()))
                .isInstanceOf(TextModelException.class)
                .hasMessage("the model has neither a tokenizer.json nor a GGUF vocabulary");
    }

    @Test
    void unpacksNothingButTheLibrary() throws IOException {
        TokenizerFixture.load(assets.build());

        try (Stream<Path> files = Files.walk(TokenizerFixture.NATIVE_LIBRARY_FOLDER)) {
            assertThat(files.filter(Files::isRegularFile))
                    .singleElement()
                    .satisfies(file -> assertThat(file.getFileName().toString()).contains("tokenizers"));
        }
    }

    private void config(String content) {
        assets.setTokenizerConfigJson(ByteString.copyFromUtf8(content));
    }
}
