package dev.molink.stagenode.grammar;

import java.util.Arrays;

/** Bits over token ids, 64 to a word: bit {@code id % 64} of word {@code id / 64} is set when the token is allowed. */
public final class TokenMask {

    private TokenMask() {}

    /** Words that {@code tokens} bits take. */
    public static int words(int tokens) {
        return (tokens + Long.SIZE - 1) / Long.SIZE;
    }

    public static boolean allows(long[] mask, int tokenId) {
        return tokenId >= 0
                && tokenId / Long.SIZE < mask.length
                && (mask[tokenId / Long.SIZE] & (1L << (tokenId % Long.SIZE))) != 0;
    }

    static void allow(long[] mask, int tokenId) {
        mask[tokenId / Long.SIZE] |= 1L << (tokenId % Long.SIZE);
    }

    static boolean isEmpty(long[] mask) {
        for (long word : mask) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Sets the logits of all tokens that {@code mask} does not allow to negative infinity, those beyond its last word
     * included. Masks are nearly full or nearly empty, so words that allow all or nothing are not taken apart.
     *
     * @param logits {@code [vocabularySize]}, read and written
     */
    public static void apply(long[] mask, float[] logits) {
        int word = 0;
        while (word * Long.SIZE < logits.length) {
            int end = endOfRun(mask, word, logits.length);
            apply(
                    word < mask.length ? mask[word] : 0,
                    logits,
                    word * Long.SIZE,
                    Math.min(end * Long.SIZE, logits.length));
            word = end;
        }
    }

    /** The word behind those that, like the one at {@code first}, allow nothing; {@code first + 1} where that one does. */
    private static int endOfRun(long[] mask, int first, int tokens) {
        int end = first;
        while (end * Long.SIZE < tokens && (end >= mask.length || mask[end] == 0)) {
            end++;
        }
        return Math.max(end, first + 1);
    }

    private static void apply(long allowed, float[] logits, int first, int end) {
        if (allowed == -1) {
            return;
        }
        if (allowed == 0) {
            Arrays.fill(logits, first, end, Float.NEGATIVE_INFINITY);
            return;
        }
        for (long refused = ~allowed; refused != 0; refused &= refused - 1) {
            int token = first + Long.numberOfTrailingZeros(refused);
            if (token >= end) {
                return;
            }
            logits[token] = Float.NEGATIVE_INFINITY;
        }
    }
}
