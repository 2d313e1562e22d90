package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.CodePoints.Range;
import java.util.List;

/** Reads what begins with a backslash, within a class or without. */
final class ExpressionEscape {

    private static final CodePoints DIGITS = CodePointSets.range('0', '9');
    private static final CodePoints WORD = CodePointSets.union(
            List.of(new Range('0', '9'), new Range('A', 'Z'), new Range('_', '_'), new Range('a', 'z')));
    private static final CodePoints SPACE = CodePointSets.anyOf(" \t\n\u000B\f\r");

    private final ExpressionText text;
    private final int start;

    ExpressionEscape(ExpressionText text) {
        this.text = text;
        this.start = text.position();
    }

    CodePoints read() {
        text.expect('\\', "no escape");
        int letter = text.take();
        return switch (letter) {
            case 'd' -> DIGITS;
            case 'D' -> CodePointSets.complement(DIGITS);
            case 'w' -> WORD;
            case 'W' -> CodePointSets.complement(WORD);
            case 's' -> SPACE;
            case 'S' -> CodePointSets.complement(SPACE);
            case 'p' -> category();
            case 'P' -> CodePointSets.complement(category());
            case 't' -> CodePointSets.of('\t');
            case 'n' -> CodePointSets.of('\n');
            case 'r' -> CodePointSets.of('\r');
            case 'f' -> CodePointSets.of('\f');
            case 'v' -> CodePointSets.of(0x0B);
            case 'x' -> CodePointSets.of(text.hex(2));
            case 'u' -> character(unicode());
            case '0' -> zero();
            case '1', '2', '3', '4', '5', '6', '7', '8', '9', 'k' ->
                throw text.unsupportedAt("a back-reference", start);
            case 'b', 'B' -> throw text.unsupportedAt("a word boundary \\%c".formatted(letter), start);
            default -> itself(letter);
        };
    }

    private CodePoints itself(int letter) {
        if (letter < 0x80 && Character.isLetterOrDigit(letter)) {
            throw text.unsupportedAt("the escape \\%c".formatted(letter), start);
        }
        return CodePointSets.of(letter);
    }

    private CodePoints zero() {
        if (!text.atEnd() && text.peek() >= '0' && text.peek() <= '9') {
            throw text.unsupportedAt("an octal escape", start);
        }
        return CodePointSets.of(0);
    }

    /** {@code \}{@code u} with four digits, a pair of surrogates, or any number of digits in braces. */
    private int unicode() {
        if (text.accept('{')) {
            String digits = text.upTo('}', "an escape without its }");
            if (!digits.matches("[0-9a-fA-F]{1,6}")) {
                throw text.invalidAt(
                        "an escape of \"%s\", allowed are 1 to 6 hexadecimal digits".formatted(digits), start);
            }
            return Integer.parseInt(digits, 16);
        }
        int unit = text.hex(4);
        if (Character.isHighSurrogate((char) unit) && text.accept("\\u")) {
            int low = text.hex(4);
            if (Character.isLowSurrogate((char) low)) {
                return Character.toCodePoint((char) unit, (char) low);
            }
            return low | Character.MIN_SURROGATE;
        }
        return unit;
    }

    private CodePoints character(int codePoint) {
        if (codePoint > Character.MAX_CODE_POINT || Character.getType(codePoint) == Character.SURROGATE) {
            throw text.invalidAt("U+%04X, which is no character".formatted(codePoint), start);
        }
        return CodePointSets.of(codePoint);
    }

    private CodePoints category() {
        String name = text.accept('{') ? text.upTo('}', "a category without its }") : Character.toString(text.take());
        return UnicodeCategories.find(name)
                .orElseThrow(() -> text.unsupportedAt("the property \"%s\"".formatted(name), start));
    }
}
