package dev.molink.gateway.tokenizer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.TextAssets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tokenizers that the tests work on, and the texts and ids that their reference implementation gave. */
final class TokenizerFixture {

    static final Path NATIVE_LIBRARY_FOLDER = Path.of("target", "native-tokenizer");

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TextModelLoader LOADER = new TextModelLoader(NATIVE_LIBRARY_FOLDER);

    private TokenizerFixture() {}

    static TextModel fromTokenizerJson(String name) {
        return LOADER.load(TextAssets.newBuilder()
                .setTokenizerJson(ByteString.copyFrom(resource(name + "/tokenizer.json.gz")))
                .setTokenizerConfigJson(ByteString.copyFrom(resource(name + "/tokenizer_config.json")))
                .build());
    }

    static TextModel fromGguf(String name) {
        return fromGguf(resource(name + "/vocab.gguf.gz"));
    }

    static TextModel fromGguf(byte[] file) {
        return LOADER.load(
                TextAssets.newBuilder().setGguf(new GgufFile(file).vocabulary()).build());
    }

    static TextModel load(TextAssets assets) {
        return LOADER.load(assets);
    }

    static JsonNode json(String name) {
        return JSON.readTree(resource(name));
    }

    static byte[] resource(String name) {
        try (InputStream stream = Objects.requireNonNull(TokenizerFixture.class.getResourceAsStream(name), name);
                InputStream content = name.endsWith(".gz") ? new GZIPInputStream(stream) : stream) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of the folder with third-party test data beside the project; without it the test is skipped. */
    static byte[] shared(String file) {
        Path path = Path.of(System.getProperty("molink.shared", "absent"), file);
        assumeTrue(
                Files.exists(path),
                () -> "SKIPPED: test data " + path + " is not there; -Dmolink.shared names its folder");
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int[] ids(JsonNode list) {
        int[] ids = new int[list.size()];
        for (int at = 0; at < ids.length; at++) {
            ids[at] = list.get(at).intValue();
        }
        return ids;
    }

    static List<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::stringValue).toList();
    }

    /** One delta per id and one at the end of the stream. */
    static List<String> deltas(Tokenizer tokenizer, int[] ids) {
        IncrementalDetokenizer detokenizer = tokenizer.detokenizer(false);
        List<String> deltas = new ArrayList<>();
        for (int id : ids) {
            deltas.add(detokenizer.accept(id));
        }
        deltas.add(detokenizer.flush());
        return deltas;
    }
}
