package dev.molink.gateway.tokenizer;

/** SentencePiece's names of bytes: {@code <0x00>} to {@code <0xFF>}. */
final class ByteTokens {

    private static final int NO_BYTE = -1;

    private ByteTokens() {}

    /** The byte that {@code token} names, 0 to 255, or -1 when it names none. */
    static int value(String token) {
        if (token.length() != 6 || !token.startsWith("<0x") || !token.endsWith(">")) {
            return NO_BYTE;
        }
        int high = Character.digit(token.charAt(3), 16);
        int low = Character.digit(token.charAt(4), 16);
        return high < 0 || low < 0 ? NO_BYTE : (high << 4) | low;
    }
}
