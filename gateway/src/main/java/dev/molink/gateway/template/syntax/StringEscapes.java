package dev.molink.gateway.template.syntax;

import dev.molink.gateway.template.failure.TemplateSyntaxException;
import java.util.function.Function;

/** The escapes of Python's string literals. */
final class StringEscapes {
    private final String literal;
    private final Function<String, TemplateSyntaxException> error;
    private final StringBuilder text = new StringBuilder();
    private int position;

    private StringEscapes(String literal, Function<String, TemplateSyntaxException> error) {
        this.literal = literal;
        this.error = error;
    }

    /** The text a literal stands for; {@code error} locates a broken escape. */
    static String decode(String literal, Function<String, TemplateSyntaxException> error) {
        return literal.indexOf('\\') < 0 ? literal : new StringEscapes(literal, error).decode();
    }

    private String decode() {
        while (position < literal.length()) {
            char unit = literal.charAt(position++);
            if (unit == '\\') {
                readEscape(literal.charAt(position++));
            } else {
                text.append(unit);
            }
        }
        return text.toString();
    }

    private void readEscape(char kind) {
        switch (kind) {
            case '\n' -> {
                // The line continues.
            }
            case '\\', '\'', '"' -> text.append(kind);
            case 'a' -> text.append('\u0007');
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case 'v' -> text.append('\u000b');
            case 'x' -> readHexadecimal(2);
            case 'u' -> readHexadecimal(4);
            case 'U' -> readHexadecimal(8);
            case 'N' -> readCharacterName();
            case '0', '1', '2', '3', '4', '5', '6', '7' -> readOctal();
            default -> text.append('\\').append(kind);
        }
    }

    private void readHexadecimal(int digits) {
        int end = position + digits;
        String digitText = end <= literal.length() ? literal.substring(position, end) : "";
        if (digitText.isEmpty() || !digitText.chars().allMatch(unit -> unit < 0x80 && Character.digit(unit, 16) >= 0)) {
            throw error.apply("an escape needs " + digits + " hexadecimal digits");
        }
        long codePoint = Long.parseLong(digitText, 16);
        if (codePoint > Character.MAX_CODE_POINT) {
            throw error.apply("illegal Unicode character in an escape");
        }
        text.appendCodePoint((int) codePoint);
        position = end;
    }

    private void readOctal() {
        int start = position - 1;
        int end = start;
        while (end < literal.length() && end < start + 3 && literal.charAt(end) >= '0' && literal.charAt(end) <= '7') {
            end++;
        }
        text.appendCodePoint(Integer.parseInt(literal.substring(start, end), 8));
        position = end;
    }

    private void readCharacterName() {
        int end = literal.indexOf('}', position);
        if (end < 0 || literal.charAt(position) != '{') {
            throw error.apply("malformed \\N character escape");
        }
        try {
            text.appendCodePoint(Character.codePointOf(literal.substring(position + 1, end)));
        } catch (IllegalArgumentException unknown) {
            var failure = error.apply("unknown Unicode character name");
            failure.initCause(unknown);
            throw failure;
        }
        position = end + 1;
    }
}
