package dev.molink.gateway.tokenizer;

/**
 * Characters of bytes that come in any portions. Holds back a sequence that may still become a character; replaces one
 * that no longer can by U+FFFD, either once per maximal subpart (Unicode 17, section 3.9, U+FFFD substitution of maximal
 * subparts) or once per byte. Belongs to one thread.
 */
final class Utf8Assembler {

    private static final char REPLACEMENT = '\uFFFD';

    private final boolean replaceEachByte;

    private int codePoint;
    private int heldBytes;
    private int missingBytes;
    /** Bounds of the next continuation byte, which exclude overlong forms, surrogates and what lies past U+10FFFF. */
    private int lower;

    private int upper;

    Utf8Assembler(boolean replaceEachByte) {
        this.replaceEachByte = replaceEachByte;
    }

    /** Appends to {@code text} what {@code bytes} complete. */
    void append(byte[] bytes, StringBuilder text) {
        for (byte value : bytes) {
            append(Byte.toUnsignedInt(value), text);
        }
    }

    /** Gives up what is held back. */
    void flush(StringBuilder text) {
        if (missingBytes > 0) {
            text.repeat(REPLACEMENT, replaceEachByte ? heldBytes : 1);
            missingBytes = 0;
        }
    }

    private void append(int value, StringBuilder text) {
        if (missingBytes > 0 && (value < lower || value > upper)) {
            flush(text);
        }
        if (missingBytes == 0) {
            lead(value, text);
            return;
        }
        codePoint = (codePoint << 6) | (value & 0x3F);
        heldBytes++;
        missingBytes--;
        lower = 0x80;
        upper = 0xBF;
        if (missingBytes == 0) {
            text.appendCodePoint(codePoint);
        }
    }

    private void lead(int value, StringBuilder text) {
        if (value < 0x80) {
            text.append((char) value);
        } else if (value >= 0xC2 && value <= 0xDF) {
            hold(value & 0x1F, 1, 0x80, 0xBF);
        } else if (value >= 0xE0 && value <= 0xEF) {
            hold(value & 0x0F, 2, value == 0xE0 ? 0xA0 : 0x80, value == 0xED ? 0x9F : 0xBF);
        } else if (value >= 0xF0 && value <= 0xF4) {
            hold(value & 0x07, 3, value == 0xF0 ? 0x90 : 0x80, value == 0xF4 ? 0x8F : 0xBF);
        } else {
            text.append(REPLACEMENT);
        }
    }

    private void hold(int bits, int missing, int firstLower, int firstUpper) {
        codePoint = bits;
        heldBytes = 1;
        missingBytes = missing;
        lower = firstLower;
        upper = firstUpper;
    }
}
