package dev.molink.stagenode.grammar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The spelling of byte-level vocabularies, GPT-2's: printable Latin-1 characters are themselves, all other bytes are the
 * characters from U+0100 on, in the order of the bytes.
 */
final class ByteAlphabet {

    private static final int FIRST_SPARE = 0x100;
    private static final int[] VALUES = values();

    private ByteAlphabet() {}

    /** The bytes that {@code token} spells; a token with a letter outside the alphabet stands for itself in UTF-8. */
    static byte[] bytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int at = 0; at < bytes.length; at++) {
            int letter = token.charAt(at);
            if (letter >= VALUES.length || VALUES[letter] < 0) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[at] = (byte) VALUES[letter];
        }
        return bytes;
    }

    private static int[] values() {
        int[] values = new int[2 * FIRST_SPARE];
        Arrays.fill(values, -1);
        int spare = FIRST_SPARE;
        for (int value = 0; value < FIRST_SPARE; value++) {
            boolean printable = (value > ' ' && value < 0x7F) || (value > 0xA0 && value != 0xAD);
            values[printable ? value : spare++] = value;
        }
        return values;
    }
}
