package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
import dev.molink.stagenode.grammar.Language.Choice;
import dev.molink.stagenode.grammar.Language.OneOf;
import dev.molink.stagenode.grammar.Language.Repeat;
import dev.molink.stagenode.grammar.Language.Sequence;
import dev.molink.stagenode.grammar.Language.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads regular expressions: the part that the dialects of ECMAScript, Java, Python and Rust share.
 *
 * <ul>
 *   <li>characters, {@code .} (all but line ends: {@code \n}, {@code \r}, U+0085, U+2028, U+2029), classes with ranges and
 *       negation, {@code \d \w \s} (ASCII) and {@code \D \W \S}, Unicode categories as {@code \p{L}} and {@code \P{Nd}}
 *   <li>escapes {@code \t \n \r \f \v \0}, {@code \xHH}, <code>&#92;uHHHH</code>, <code>&#92;u{H…}</code>, and any punctuation
 *   <li>groups, named or not, alternatives, {@code ? * + {m} {m,} {m,n}}, lazy ones as well: they match the same texts
 *   <li>{@code ^} and {@code $} at the two ends of the expression or of its outermost alternatives
 * </ul>
 *
 * Back-references, look-around, word boundaries, flags, atomic groups, possessive quantifiers and what the dialects read
 * differently are refused with their position.
 */
public final class RegularExpressions {

    private static final int MAX_LENGTH = 64 << 10;
    private static final int MAX_GROUPS = 100;
    private static final int MAX_BOUND = 10_000_000;

    private static final CodePoints LINE_ENDS = CodePointSets.anyOf("\n\r\u0085\u2028\u2029");
    private static final Language DOT = new OneOf(CodePointSets.complement(LINE_ENDS));
    private static final Language ANYTHING = new Repeat(new OneOf(CodePointSets.ALL), 0, Repeat.UNBOUNDED);

    private final ExpressionText text;
    private final boolean wholeText;
    private int openGroups;

    private RegularExpressions(String expression, boolean wholeText) {
        this.text = new ExpressionText(expression);
        this.wholeText = wholeText;
        if (expression.length() > MAX_LENGTH) {
            throw new GrammarException(
                    Reason.TOO_LARGE,
                    "the regular expression has %d characters; allowed are %d"
                            .formatted(expression.length(), MAX_LENGTH));
        }
    }

    /**
     * The texts that match {@code expression} from beginning to end.
     *
     * @throws GrammarException when it is broken or uses what is not supported; names it and its position
     */
    public static Language read(String expression) {
        return new RegularExpressions(expression, true).outermost();
    }

    /**
     * The texts in which {@code expression} matches somewhere, as JSON Schema's {@code pattern} wants it.
     *
     * @throws GrammarException when it is broken or uses what is not supported; names it and its position
     */
    public static Language readContaining(String expression) {
        return new RegularExpressions(expression, false).outermost();
    }

    private Language outermost() {
        List<Language> alternatives = new ArrayList<>();
        do {
            alternatives.add(anchored());
        } while (text.accept('|'));
        if (!text.atEnd()) {
            throw text.invalid("a ) that closes no group");
        }
        return choice(alternatives);
    }

    private Language anchored() {
        boolean fromStart = text.accept('^') || wholeText;
        Language matched = alternative();
        boolean toEnd = text.accept('$') || wholeText;
        if (!text.atEnd() && text.peek() != '|' && text.peek() != ')') {
            throw text.unsupported("a $ that is not at the end");
        }
        List<Language> parts = new ArrayList<>();
        if (!fromStart) {
            parts.add(ANYTHING);
        }
        parts.add(matched);
        if (!toEnd) {
            parts.add(ANYTHING);
        }
        return sequence(parts);
    }

    private Language alternative() {
        List<Language> parts = new ArrayList<>();
        while (!text.atEnd() && text.peek() != '|' && text.peek() != ')' && text.peek() != '$') {
            parts.add(quantified());
        }
        return sequence(parts);
    }

    private Language quantified() {
        Language part = atom();
        if (text.atEnd() || "?*+{".indexOf(text.peek()) < 0) {
            return part;
        }
        Language repeated = switch (text.peek()) {
            case '?' -> repeat(part, 0, 1);
            case '*' -> repeat(part, 0, Repeat.UNBOUNDED);
            case '+' -> repeat(part, 1, Repeat.UNBOUNDED);
            default -> bounded(part);
        };
        refuseSecondQuantifier();
        return repeated;
    }

    private Language repeat(Language part, int min, int max) {
        text.skip();
        return new Repeat(part, min, max);
    }

    private void refuseSecondQuantifier() {
        text.accept('?');
        if (!text.atEnd() && text.peek() == '+') {
            throw text.unsupported("a possessive quantifier");
        }
        if (!text.atEnd() && (text.peek() == '?' || text.peek() == '*' || text.peek() == '{')) {
            throw text.invalid("a quantifier behind another one");
        }
    }

    private Language bounded(Language part) {
        text.skip();
        int min = text.number(MAX_BOUND);
        int max = min;
        if (text.accept(',')) {
            max = !text.atEnd() && text.peek() == '}' ? Repeat.UNBOUNDED : text.number(MAX_BOUND);
        }
        text.expect('}', "a quantifier without its }");
        if (max != Repeat.UNBOUNDED && max < min) {
            throw text.invalid("a quantifier {%d,%d} whose bounds fall".formatted(min, max));
        }
        return new Repeat(part, min, max);
    }

    private Language atom() {
        int next = text.peek();
        return switch (next) {
            case '(' -> group();
            case '[' -> new OneOf(new ExpressionClass(text).read());
            case '\\' -> new OneOf(new ExpressionEscape(text).read());
            case '.' -> {
                text.skip();
                yield DOT;
            }
            case '?', '*', '+' -> throw text.invalid("a quantifier %c behind nothing".formatted(next));
            case '{' -> throw text.unsupported("a { that is neither a quantifier nor written \\{");
            case '^' -> throw text.unsupported("a ^ that is not at the beginning");
            default -> {
                text.skip();
                yield new Text(Character.toString(next));
            }
        };
    }

    private Language group() {
        int start = text.position();
        text.skip();
        if (text.accept('?')) {
            text.groupKind(start);
        }
        if (++openGroups > MAX_GROUPS) {
            throw text.unsupported("more than %d groups within each other".formatted(MAX_GROUPS));
        }
        List<Language> alternatives = new ArrayList<>();
        do {
            alternatives.add(alternative());
            if (!text.atEnd() && text.peek() == '$') {
                throw text.unsupported("a $ within a group");
            }
        } while (text.accept('|'));
        if (!text.accept(')')) {
            throw text.invalidAt("a group without its )", start);
        }
        openGroups--;
        return choice(alternatives);
    }

    private static Language choice(List<Language> alternatives) {
        return alternatives.size() == 1 ? alternatives.getFirst() : new Choice(alternatives);
    }

    /** Joins neighbouring characters into texts. */
    private static Language sequence(List<Language> parts) {
        List<Language> joined = new ArrayList<>();
        StringBuilder pending = new StringBuilder();
        for (Language part : parts) {
            if (part instanceof Text(String characters)) {
                pending.append(characters);
                continue;
            }
            flush(pending, joined);
            joined.add(part);
        }
        flush(pending, joined);
        return joined.size() == 1 ? joined.getFirst() : new Sequence(joined);
    }

    private static void flush(StringBuilder pending, List<Language> joined) {
        if (!pending.isEmpty()) {
            joined.add(new Text(pending.toString()));
            pending.setLength(0);
        }
    }
}
