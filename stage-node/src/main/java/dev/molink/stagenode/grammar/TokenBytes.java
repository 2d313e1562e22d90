package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/** Collects a vocabulary whose ids come in any order. */
final class TokenBytes {

    private static final byte[] NOTHING = {};
    private static final int NO_BYTE = -1;

    private byte[][] tokens = new byte[1024][];
    private int size;
    private final BitSet special = new BitSet();

    void put(int id, byte[] bytes) {
        if (id < 0 || id >= TokenVocabulary.MAX_TOKENS) {
            throw new GrammarException(
                    Reason.INVALID,
                    "the vocabulary has token id %d; allowed are 0 to %d"
                            .formatted(id, TokenVocabulary.MAX_TOKENS - 1));
        }
        if (id >= tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(id + 1, 2 * tokens.length));
        }
        tokens[id] = bytes;
        size = Math.max(size, id + 1);
    }

    void put(int id, String text) {
        put(id, text.getBytes(StandardCharsets.UTF_8));
    }

    void markSpecial(int id) {
        special.set(id);
    }

    TokenVocabulary vocabulary(boolean dropsLeadingSpace) {
        byte[][] all = Arrays.copyOf(tokens, size);
        for (int id = 0; id < size; id++) {
            all[id] = all[id] == null ? NOTHING : all[id];
        }
        return TokenVocabulary.of(all, special, dropsLeadingSpace);
    }

    /** The byte that {@code <0x00>} to {@code <0xFF>} names, or -1 when {@code token} is no such name. */
    static int namedByte(String token) {
        boolean name = token.length() == 6 && token.startsWith("<0x") && token.endsWith(">");
        int high = name ? Character.digit(token.charAt(3), 16) : NO_BYTE;
        int low = name ? Character.digit(token.charAt(4), 16) : NO_BYTE;
        return high < 0 || low < 0 ? NO_BYTE : 16 * high + low;
    }
}
