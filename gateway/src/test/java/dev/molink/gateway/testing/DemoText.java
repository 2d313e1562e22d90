package dev.molink.gateway.testing;

import com.google.protobuf.ByteString;
import dev.molink.gateway.tokenizer.TextModelLoader;
import dev.molink.gateway.tokenizer.Tokenizer;
import dev.molink.proto.node.v1.TextAssets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The bundled model's tokenizer and chat template. */
public final class DemoText {

    public static final int END_ID = 2;
    public static final int VOCABULARY = 2048;
    public static final TextAssets ASSETS = TextAssets.newBuilder()
            .setTokenizerJson(zipped("tokenizer.json.gz"))
            .setTokenizerConfigJson(plain("tokenizer_config.json"))
            .build();
    private static final Tokenizer TOKENIZER = new TextModelLoader(Path.of("target", "native-tokenizer"))
            .load(ASSETS)
            .tokenizer();

    private DemoText() {}

    public static int[] ids(String text) {
        return TOKENIZER.encode(text, false);
    }

    public static Tokenizer tokenizer() {
        return TOKENIZER;
    }

    private static ByteString zipped(String name) {
        try (InputStream in = new GZIPInputStream(resource(name))) {
            return ByteString.readFrom(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static ByteString plain(String name) {
        try (InputStream in = resource(name)) {
            return ByteString.readFrom(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream in = DemoText.class.getResourceAsStream("/dev/molink/gateway/tokenizer/demo/" + name);
        if (in == null) {
            throw new IOException("no test resource demo/" + name);
        }
        return in;
    }
}
