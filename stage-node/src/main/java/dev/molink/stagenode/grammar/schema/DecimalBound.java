package dev.molink.stagenode.grammar.schema;

import static dev.molink.stagenode.grammar.schema.Languages.digit;
import static dev.molink.stagenode.grammar.schema.Languages.digits;
import static dev.molink.stagenode.grammar.schema.Languages.optional;
import static dev.molink.stagenode.grammar.schema.Languages.sequence;
import static dev.molink.stagenode.grammar.schema.Languages.text;

import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.Language.Repeat;
import dev.molink.stagenode.grammar.schema.Shape.Bound;
import java.util.ArrayList;
import java.util.List;

/**
 * A bound from 0 as a comparison of digits. The languages also hold texts that are no number ({@code 007}); they are cut
 * with the way in which numbers are written.
 */
final class DecimalBound {

    private static final Language ANY_FRACTION = optional(sequence(text("."), digits(1, Repeat.UNBOUNDED)));
    private static final Language MORE_DIGITS = digits(0, Repeat.UNBOUNDED);
    private static final Language SOMETHING_MORE = sequence(MORE_DIGITS, digit('1', '9'), MORE_DIGITS);

    private final boolean open;
    private final String whole;
    /** Without trailing zeros; empty for an integer. */
    private final String fraction;

    DecimalBound(Bound bound) {
        String plain = bound.value().toPlainString();
        int point = plain.indexOf('.');
        open = bound.open();
        whole = point < 0 ? plain : plain.substring(0, point);
        fraction = point < 0 ? "" : plain.substring(point + 1).replaceAll("0+$", "");
    }

    /** Numbers from the bound on. */
    Language atLeast() {
        List<Language> alternatives = new ArrayList<>();
        alternatives.add(sequence(digit('1', '9'), digits(whole.length(), Repeat.UNBOUNDED), ANY_FRACTION));
        for (int i = 0; i < whole.length(); i++) {
            if (whole.charAt(i) < '9') {
                alternatives.add(sequence(
                        text(whole.substring(0, i)),
                        digit((char) (whole.charAt(i) + 1), '9'),
                        digits(whole.length() - i - 1, whole.length() - i - 1),
                        ANY_FRACTION));
            }
        }
        for (int i = 0; i < fraction.length(); i++) {
            if (fraction.charAt(i) < '9') {
                alternatives.add(sequence(
                        text(whole + "." + fraction.substring(0, i)),
                        digit((char) (fraction.charAt(i) + 1), '9'),
                        MORE_DIGITS));
            }
        }
        alternatives.add(fromTheBound());
        return new Language.Choice(alternatives);
    }

    /** Texts that begin with all digits of the bound. */
    private Language fromTheBound() {
        if (open) {
            return sequence(text(whole + "." + fraction), SOMETHING_MORE);
        }
        return fraction.isEmpty()
                ? sequence(text(whole), ANY_FRACTION)
                : sequence(text(whole + "." + fraction), MORE_DIGITS);
    }

    /** Numbers up to the bound. */
    Language atMost() {
        List<Language> alternatives = new ArrayList<>();
        if (whole.length() > 1) {
            alternatives.add(sequence(digits(1, whole.length() - 1), ANY_FRACTION));
        }
        for (int i = 0; i < whole.length(); i++) {
            if (whole.charAt(i) > '0') {
                alternatives.add(sequence(
                        text(whole.substring(0, i)),
                        digit('0', (char) (whole.charAt(i) - 1)),
                        digits(whole.length() - i - 1, whole.length() - i - 1),
                        ANY_FRACTION));
            }
        }
        for (int i = 0; i < fraction.length(); i++) {
            // A fraction that ends early is smaller, because the bound's last digit is not zero.
            alternatives.add(text(i == 0 ? whole : whole + "." + fraction.substring(0, i)));
            if (fraction.charAt(i) > '0') {
                alternatives.add(sequence(
                        text(whole + "." + fraction.substring(0, i)),
                        digit('0', (char) (fraction.charAt(i) - 1)),
                        MORE_DIGITS));
            }
        }
        if (!open) {
            alternatives.add(upToTheBound());
        }
        return new Language.Choice(alternatives);
    }

    private Language upToTheBound() {
        Language zeros = new Repeat(text("0"), 0, Repeat.UNBOUNDED);
        return fraction.isEmpty()
                ? sequence(text(whole), optional(sequence(text(".0"), zeros)))
                : sequence(text(whole + "." + fraction), zeros);
    }
}
