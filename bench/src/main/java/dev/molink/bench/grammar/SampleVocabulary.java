package dev.molink.bench.grammar;

import com.google.protobuf.ByteString;
import dev.molink.proto.node.v1.TextAssets;
import dev.molink.stagenode.grammar.TokenVocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Vocabularies to measure with. */
final class SampleVocabulary {

    private static final String[] PUNCTUATION = {
        "{\"", "\":", "\": ", "\": \"", "\",", "\", \"", "\"}", "},", "},{\"", "[{\"", "\"]", "]}", ": {", "\n", "\n  ",
        "\n    ", ", ", "true", "false", "null"
    };

    private SampleVocabulary() {}

    /**
     * Every byte, what JSON is made of, and words of random letters, most with a space in front, a tenth of other scripts;
     * token 0 is the end.
     */
    static TokenVocabulary synthetic(int tokens) {
        Random random = new Random(1);
        List<byte[]> bytes = new ArrayList<>();
        bytes.add(new byte[0]);
        for (int value = 0; value < 256; value++) {
            bytes.add(new byte[] {(byte) value});
        }
        Set<String> words = new LinkedHashSet<>(List.of(PUNCTUATION));
        while (words.size() + bytes.size() < tokens) {
            words.add(word(random));
        }
        words.forEach(word -> bytes.add(word.getBytes(StandardCharsets.UTF_8)));
        BitSet special = new BitSet();
        special.set(0);
        return TokenVocabulary.of(bytes.toArray(byte[][]::new), special, false);
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder(random.nextInt(3) == 0 ? "" : " ");
        int length = 2 + (int) Math.abs(random.nextGaussian() * 4);
        int script = random.nextInt(10) == 0 ? 0x4E00 : 'a';
        for (int at = 0; at < length; at++) {
            word.appendCodePoint(script + (int) Math.min(25, Math.abs(random.nextGaussian() * 9)));
        }
        return word.toString();
    }

    /** Qwen2's, whose {@code vocab.json} maps tokens in the byte-level alphabet to ids. */
    static TokenVocabulary byteLevel(Path vocabJson) {
        try {
            String file = "{\"decoder\": {\"type\": \"ByteLevel\"}, \"model\": {\"vocab\": %s}}"
                    .formatted(Files.readString(vocabJson));
            return TokenVocabulary.of(TextAssets.newBuilder()
                    .setTokenizerJson(ByteString.copyFromUtf8(file))
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
