package dev.molink.stagenode.grammar.schema;

import static dev.molink.stagenode.grammar.schema.Languages.either;
import static dev.molink.stagenode.grammar.schema.Languages.sequence;
import static dev.molink.stagenode.grammar.schema.Languages.text;

import dev.molink.stagenode.grammar.CodePoints;
import dev.molink.stagenode.grammar.CodePoints.Range;
import dev.molink.stagenode.grammar.Language;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How strings are written in JSON (RFC 8259, section 7): every character as itself, those that must be escaped with their
 * short escape or as {@code \\u00XX}. Only where any character may stand, it may be any escape.
 */
final class StringTexts {

    private static final String QUOTE = "\"";
    private static final CodePoints PLAIN = new CodePoints(List.of(
            new Range(' ', '!'),
            new Range('#', '['),
            new Range(']', 0xD7FF),
            new Range(0xE000, Character.MAX_CODE_POINT)));
    private static final Language HEX =
            new Language.OneOf(new CodePoints(List.of(new Range('0', '9'), new Range('A', 'F'), new Range('a', 'f'))));

    /** Any one character; two escaped surrogates are one. */
    static final Language ANY_CHARACTER = either(
            new Language.OneOf(PLAIN),
            sequence(text("\\"), oneOf("\"\\/bfnrt")),
            sequence(
                    text("\\u"),
                    either(
                            sequence(oneOf("0123456789ABCEFabcef"), HEX, HEX, HEX),
                            sequence(oneOf("Dd"), oneOf("01234567"), HEX, HEX),
                            sequence(
                                    oneOf("Dd"),
                                    oneOf("89ABab"),
                                    HEX,
                                    HEX,
                                    text("\\u"),
                                    oneOf("Dd"),
                                    oneOf("CDEFcdef"),
                                    HEX,
                                    HEX))));

    static final Language ANY = quoted(new Language.Repeat(ANY_CHARACTER, 0, Language.Repeat.UNBOUNDED));

    private StringTexts() {}

    private static Language oneOf(String characters) {
        return new Language.OneOf(CodePointSets.union(
                characters.chars().mapToObj(c -> new Range(c, c)).toList()));
    }

    static Language quoted(Language content) {
        return sequence(text(QUOTE), content, text(QUOTE));
    }

    /** Exactly this string, in its plain form. */
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
        if (codePoints.equals(CodePointSets.ALL)) {
            return ANY_CHARACTER;
        }
        List<Language> ways = new ArrayList<>();
        CodePoints plain = CodePointSets.intersection(codePoints, PLAIN);
        if (!plain.ranges().isEmpty()) {
            ways.add(new Language.OneOf(plain));
        }
        for (Range range : codePoints.ranges()) {
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
            List.of(lower, "\\u" + lower.substring(2).toUpperCase(Locale.ROOT)).stream()
                    .distinct()
                    .filter(way -> !way.equals(escaped))
                    .forEach(way -> ways.add(text(way)));
        }
    }

    /** A language of strings without rules, as they are written within quotes. */
    static Language content(Language language) {
        return switch (language) {
            case Language.Text text -> contentOf(text.text());
            case Language.OneOf oneOf -> character(oneOf.codePoints());
            case Language.Sequence sequence ->
                new Language.Sequence(
                        sequence.parts().stream().map(StringTexts::content).toList());
            case Language.Choice choice ->
                new Language.Choice(
                        choice.alternatives().stream().map(StringTexts::content).toList());
            case Language.Repeat repeat -> new Language.Repeat(content(repeat.part()), repeat.min(), repeat.max());
            case Language.Rule _, Language.Members _ ->
                throw new IllegalArgumentException("rules and members are no strings: " + language);
        };
    }

    private static Language contentOf(String text) {
        return new Language.Sequence(text.codePoints()
                .mapToObj(codePoint -> character(CodePointSets.single(codePoint)))
                .toList());
    }
}
