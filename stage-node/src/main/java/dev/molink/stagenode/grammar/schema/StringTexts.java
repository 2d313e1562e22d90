package dev.molink.stagenode.grammar.schema;

import static dev.molink.stagenode.grammar.schema.Languages.either;
import static dev.molink.stagenode.grammar.schema.Languages.sequence;
import static dev.molink.stagenode.grammar.schema.Languages.text;

import dev.molink.stagenode.grammar.CodePointSets;
import dev.molink.stagenode.grammar.CodePoints;
import dev.molink.stagenode.grammar.CodePoints.Range;
import dev.molink.stagenode.grammar.Language;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The plain form of JSON strings: every character as itself, those that must be escaped (RFC 8259, section 7) with their
 * short escape or as {@code \\u00XX}. Automata and keys are told in it, because all escapes at each of their edges would
 * make them large.
 */
final class StringTexts {

    private static final String QUOTE = "\"";
    private static final CodePoints CONTROLS = CodePointSets.range(0, ' ' - 1);
    private static final Language ANY_CONTROL = sequence(
            text("\\"),
            either(
                    new Language.OneOf(CodePointSets.anyOf("bfnrt")),
                    sequence(
                            text("u00"),
                            new Language.OneOf(CodePointSets.anyOf("01")),
                            new Language.OneOf(CodePointSets.anyOf("0123456789abcdefABCDEF")))));

    private static final CodePoints PLAIN =
            CodePointSets.minus(CodePointSets.complement(CodePointSets.range(0, ' ' - 1)), CodePointSets.anyOf("\"\\"));

    private StringTexts() {}

    static Language quoted(Language content) {
        return sequence(text(QUOTE), content, text(QUOTE));
    }

    /** Exactly this string. */
    static Language exactly(String string) {
        StringBuilder written = new StringBuilder(QUOTE);
        string.codePoints().forEach(codePoint -> written.append(escaped(codePoint)));
        return text(written.append(QUOTE).toString());
    }

    private static String escaped(int codePoint) {
        return switch (codePoint) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> codePoint < ' ' ? hexadecimal(codePoint) : Character.toString(codePoint);
        };
    }

    private static String hexadecimal(int codePoint) {
        return "\\u%04x".formatted(codePoint);
    }

    /** One of these characters, as it is written within quotes. */
    static Language character(CodePoints codePoints) {
        List<Language> ways = new ArrayList<>();
        CodePoints plain = CodePointSets.intersection(codePoints, PLAIN);
        if (!plain.ranges().isEmpty()) {
            ways.add(new Language.OneOf(plain));
        }
        CodePoints rest = codePoints;
        if (CodePointSets.intersection(codePoints, CONTROLS).equals(CONTROLS)) {
            ways.add(ANY_CONTROL);
            rest = CodePointSets.minus(codePoints, CONTROLS);
        }
        for (Range range : rest.ranges()) {
            for (int codePoint = range.first(); codePoint <= Math.min(range.last(), '\\'); codePoint++) {
                addEscapes(codePoint, ways);
            }
        }
        return ways.size() == 1 ? ways.getFirst() : new Language.Choice(ways);
    }

    private static void addEscapes(int codePoint, List<Language> ways) {
        String escaped = escaped(codePoint);
        if (escaped.length() > 1) {
            ways.add(text(escaped));
        }
        if (codePoint < ' ') {
            String lower = hexadecimal(codePoint);
            String upper = "\\u" + lower.substring(2).toUpperCase(Locale.ROOT);
            List.of(lower, upper).stream()
                    .distinct()
                    .filter(way -> !way.equals(escaped))
                    .forEach(way -> ways.add(text(way)));
        }
    }
}
