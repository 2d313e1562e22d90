package dev.molink.stagenode.grammar.schema;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.grammar.TokenMasks;
import dev.molink.stagenode.grammar.TokenVocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The tokens of the bundled model. */
final class DemoTokens {

    private static final Path TOKENIZER = Path.of("..", "models", "molink-demo", "tokenizer.json");
    private static final int LONGEST = 16;

    /** {@code <|endoftext|>}. */
    static final int END = 0;

    private final TokenVocabulary vocabulary;
    private final Map<ByteBuffer, Integer> ids = new HashMap<>();

    DemoTokens() {
        try {
            vocabulary = TokenVocabulary.of(TextAssets.newBuilder()
                    .setTokenizerJson(ByteString.copyFrom(Files.readAllBytes(TOKENIZER)))
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int id = 0; id < vocabulary.size(); id++) {
            if (!vocabulary.isSpecial(id)) {
                ids.put(ByteBuffer.wrap(vocabulary.bytes(id)), id);
            }
        }
    }

    TokenMasks masks() {
        return new TokenMasks(vocabulary, new int[] {END}, vocabulary.size(), TokenMasks.Budget.DEFAULT);
    }

    int size() {
        return vocabulary.size();
    }

    byte[] bytes(int id) {
        return vocabulary.bytes(id);
    }

    /** The text as tokens, each the longest that fits, or with {@code random} now and then a shorter one. */
    List<Integer> tokens(String text, Random random) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<Integer> tokens = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int longest = random.nextInt(4) == 0 ? 1 + random.nextInt(LONGEST) : LONGEST;
            int length = Math.min(longest, bytes.length - at);
            while (!ids.containsKey(ByteBuffer.wrap(bytes, at, length))) {
                length--;
            }
            tokens.add(ids.get(ByteBuffer.wrap(bytes, at, length)));
            at += length;
        }
        return tokens;
    }
}
