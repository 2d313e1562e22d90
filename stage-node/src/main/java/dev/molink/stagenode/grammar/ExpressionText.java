package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;

/** A regular expression and the place where it is being read. */
final class ExpressionText {

    private final String expression;
    private int at;

    ExpressionText(String expression) {
        this.expression = expression;
    }

    boolean atEnd() {
        return at == expression.length();
    }

    int position() {
        return at;
    }

    /** The code point that comes next. */
    int peek() {
        if (atEnd()) {
            throw invalid("an end within an escape, a class or a quantifier");
        }
        return expression.codePointAt(at);
    }

    void skip() {
        at += Character.charCount(peek());
    }

    int take() {
        int next = peek();
        skip();
        return next;
    }

    boolean accept(int wanted) {
        if (atEnd() || peek() != wanted) {
            return false;
        }
        skip();
        return true;
    }

    boolean accept(String wanted) {
        if (!expression.startsWith(wanted, at)) {
            return false;
        }
        at += wanted.length();
        return true;
    }

    /** @param problem what it is when {@code wanted} does not come */
    void expect(int wanted, String problem) {
        if (!accept(wanted)) {
            throw invalid(problem);
        }
    }

    int number(int most) {
        int start = at;
        long value = 0;
        while (!atEnd() && peek() >= '0' && peek() <= '9' && value <= most) {
            value = 10 * value + take() - '0';
        }
        if (at == start) {
            throw unsupportedAt("a { that is neither a quantifier nor written \\{", start);
        }
        if (value > most) {
            throw unsupportedAt("a bound above %d".formatted(most), start);
        }
        return (int) value;
    }

    int hex(int digits) {
        int value = 0;
        for (int count = 0; count < digits; count++) {
            int digit = atEnd() ? -1 : Character.digit(peek(), 16);
            if (digit < 0) {
                throw invalid("an escape with fewer than %d hexadecimal digits".formatted(digits));
            }
            value = (value << 4) | digit;
            skip();
        }
        return value;
    }

    /** Reads up to and with {@code end}. */
    String upTo(int end, String problem) {
        int from = at;
        int to = expression.indexOf(end, at);
        if (to < 0) {
            throw invalid(problem);
        }
        at = to + 1;
        return expression.substring(from, to);
    }

    /** Reads what stands behind {@code (?}: only plain groups, named or not, have a language of their own. */
    void groupKind(int start) {
        if (accept(':')) {
            return;
        }
        if (accept("=") || accept("!") || accept("<=") || accept("<!")) {
            throw unsupportedAt("look-around", start);
        }
        if (accept("<") || accept("P<")) {
            upTo('>', "a group's name without its >");
            return;
        }
        throw unsupportedAt(
                accept(">") ? "an atomic group" : accept("P=") ? "a back-reference" : "a group with flags", start);
    }

    GrammarException invalid(String problem) {
        return invalidAt(problem, at);
    }

    GrammarException invalidAt(String problem, int position) {
        return new GrammarException(
                Reason.INVALID,
                "the regular expression has %s at position %d of %d".formatted(problem, position, expression.length()));
    }

    GrammarException unsupported(String what) {
        return unsupportedAt(what, at);
    }

    GrammarException unsupportedAt(String what, int position) {
        return new GrammarException(
                Reason.UNSUPPORTED,
                "the regular expression has %s at position %d of %d, which is not supported"
                        .formatted(what, position, expression.length()));
    }
}
