package dev.molink.gateway.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's spelling of bytes as printable characters: a byte that is a visible Latin-1 character stands for itself, the
 * others are U+0100 and on, in order. Byte-level vocabularies and their merges are written in it.
 */
final class ByteSymbols {

    private static final char[] SYMBOLS = new char[256];
    private static final int[] BYTES = new int[512];
    private static final int NO_BYTE = -1;

    static {
        Arrays.fill(BYTES, NO_BYTE);
        char spare = 256;
        for (int value = 0; value < SYMBOLS.length; value++) {
            SYMBOLS[value] = isVisible(value) ? (char) value : spare++;
            BYTES[SYMBOLS[value]] = value;
        }
    }

    private ByteSymbols() {}

    static char symbol(byte value) {
        return SYMBOLS[Byte.toUnsignedInt(value)];
    }

    static String spell(byte[] bytes) {
        char[] symbols = new char[bytes.length];
        for (int at = 0; at < bytes.length; at++) {
            symbols[at] = symbol(bytes[at]);
        }
        return new String(symbols);
    }

    /** The bytes that {@code token} spells; a token that holds any other character is its own UTF-8. */
    static byte[] bytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int at = 0; at < bytes.length; at++) {
            char symbol = token.charAt(at);
            if (symbol >= BYTES.length || BYTES[symbol] == NO_BYTE) {
                return token.getBytes(StandardCharsets.UTF_8);
            }
            bytes[at] = (byte) BYTES[symbol];
        }
        return bytes;
    }

    private static boolean isVisible(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xFF && value != 0xAD);
    }
}
