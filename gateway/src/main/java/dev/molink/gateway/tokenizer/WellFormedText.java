package dev.molink.gateway.tokenizer;

/** Text without unpaired surrogates, which JSON can spell but UTF-8 cannot. */
final class WellFormedText {

    private static final char REPLACEMENT = '\uFFFD';

    private WellFormedText() {}

    /** {@code text} with each unpaired surrogate replaced by U+FFFD; {@code text} itself where there is none. */
    static String of(String text) {
        int unpaired = nextUnpaired(text, 0);
        if (unpaired < 0) {
            return text;
        }
        StringBuilder mended = new StringBuilder(text);
        for (int at = unpaired; at >= 0; at = nextUnpaired(text, at + 1)) {
            mended.setCharAt(at, REPLACEMENT);
        }
        return mended.toString();
    }

    private static int nextUnpaired(String text, int from) {
        for (int at = from; at < text.length(); at++) {
            if (!Character.isSurrogate(text.charAt(at))) {
                continue;
            }
            if (Character.isSupplementaryCodePoint(text.codePointAt(at))) {
                at++;
            } else {
                return at;
            }
        }
        return -1;
    }
}
