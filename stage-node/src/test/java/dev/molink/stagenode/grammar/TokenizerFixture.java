package dev.molink.stagenode.grammar;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.model.gguf.GgufVocabularies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Small tokenizers and what their reference implementation makes of texts. */
final class TokenizerFixture {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TokenizerFixture() {}

    static TokenVocabulary vocabulary(String name) {
        return TokenVocabulary.of(assets(name));
    }

    static TextAssets assets(String name) {
        return TextAssets.newBuilder()
                .setTokenizerJson(ByteString.copyFrom(resource(name + "/tokenizer.json.gz")))
                .build();
    }

    static TokenVocabulary fromGguf(String name, Path folder) throws IOException {
        Path file = Files.write(folder.resolve(name + ".gguf"), resource(name + "/vocab.gguf.gz"));
        return TokenVocabulary.of(GgufVocabularies.read(file));
    }

    /** {@code cases} with texts and ids, and {@code loose_ids}. */
    static JsonNode cases(String name) {
        return JSON.readTree(resource(name + "/cases.json.gz"));
    }

    /** The text of {@code ids}, special tokens shown. */
    static String text(TokenVocabulary vocabulary, JsonNode ids) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ids.forEach(id -> bytes.writeBytes(vocabulary.bytes(id.intValue())));
        String text = bytes.toString(StandardCharsets.UTF_8);
        return vocabulary.dropsLeadingSpace() && text.startsWith(" ") ? text.substring(1) : text;
    }

    private static byte[] resource(String name) {
        try (InputStream stream = Objects.requireNonNull(TokenizerFixture.class.getResourceAsStream(name), name);
                InputStream content = new GZIPInputStream(stream)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
