package dev.molink.stagenode.grammar.schema;

import static dev.molink.stagenode.grammar.schema.Languages.digit;
import static dev.molink.stagenode.grammar.schema.Languages.digits;
import static dev.molink.stagenode.grammar.schema.Languages.either;
import static dev.molink.stagenode.grammar.schema.Languages.optional;
import static dev.molink.stagenode.grammar.schema.Languages.sequence;
import static dev.molink.stagenode.grammar.schema.Languages.text;

import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.Language.Repeat;
import dev.molink.stagenode.grammar.schema.Shape.Bound;
import dev.molink.stagenode.grammar.schema.Shape.Numbers;
import dev.molink.stagenode.grammar.schema.Shape.Step;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How numbers are written. A number without bounds and divisor may be written in every way that JSON knows, as long as a
 * double holds it. With an integer divisor it is written as an integer, otherwise as a plain decimal without an exponent:
 * those are compared with a bound digit by digit, and their remainder is known digit by digit. Zero has no sign.
 *
 * <p>Most readers make doubles of decimals before they compare or divide them. A double tells decimals of 15 digits apart,
 * so numbers with bounds or divisors have no more of them, unless the schema's own have.
 */
final class NumberTexts {

    private static final int DOUBLE_DIGITS = 15;
    /** Every integer of so many digits is a long. */
    private static final int LONG_DIGITS = 18;

    private static final int MOST_DIGITS = 100;

    private static final Language SIGN = optional(text("-"));
    private static final Language FRACTION = sequence(text("."), digits(1, MOST_DIGITS));
    private static final Language HUNDREDS = sequence(digit('1', '2'), digits(2, 2));
    /** Largest exponents of a number with one digit before the point, and with up to a hundred. */
    private static final Language EXPONENT_307 =
            exponent(either(digits(1, 2), HUNDREDS, sequence(text("30"), digit('0', '7'))));

    private static final Language EXPONENT_199 = exponent(either(digits(1, 2), sequence(text("1"), digits(2, 2))));

    private static final Language ANY = sequence(
            SIGN,
            either(
                    sequence(digits(1, 1), optional(FRACTION), optional(EXPONENT_307)),
                    sequence(digit('1', '9'), digits(1, MOST_DIGITS - 1), optional(FRACTION), optional(EXPONENT_199))));

    private static final Language INTEGER =
            either(text("0"), sequence(SIGN, digit('1', '9'), digits(0, MOST_DIGITS - 1)));

    private static final Language DECIMAL = sequence(
            either(text("0"), sequence(digit('1', '9'), digits(0, Repeat.UNBOUNDED))),
            optional(sequence(text("."), digits(1, Repeat.UNBOUNDED))));

    private static final Bound ABOVE_ZERO = new Bound(BigDecimal.ZERO, true, new Place("", ""));
    private static final Bound FROM_ZERO = new Bound(BigDecimal.ZERO, false, new Place("", ""));

    private final WorkBudget budget;
    private final TextSetLanguage sets;

    NumberTexts(WorkBudget budget, TextSetLanguage sets) {
        this.budget = budget;
        this.sets = sets;
    }

    Language language(Numbers numbers) {
        boolean unbounded = numbers.low().isEmpty() && numbers.high().isEmpty();
        if (unbounded && numbers.step().isEmpty()) {
            return ANY;
        }
        if (unbounded && numbers.step().get().value().compareTo(BigDecimal.ONE) == 0) {
            return INTEGER;
        }
        try {
            return bounded(numbers);
        } catch (TooManyStatesException e) {
            throw place(numbers).tooLarge(e.problem());
        }
    }

    private static Place place(Numbers numbers) {
        return numbers.step()
                .map(Step::place)
                .filter(place -> place.keyword().equals("multipleOf"))
                .or(() -> numbers.low().or(numbers::high).map(Bound::place))
                .or(() -> numbers.step().map(Step::place))
                .orElseThrow();
    }

    private Language bounded(Numbers numbers) {
        List<Language> signs = new ArrayList<>();
        Bound from =
                numbers.low().map(low -> NumberRanges.higher(low, FROM_ZERO)).orElse(FROM_ZERO);
        if (numbers.high().map(high -> high.value().signum() >= 0).orElse(true)) {
            signs.add(sets.language(magnitudes(from, numbers.high(), numbers)));
        }
        if (numbers.low().map(low -> low.value().signum() < 0).orElse(true)) {
            Bound above = numbers.high()
                    .map(NumberTexts::negated)
                    .map(high -> NumberRanges.higher(high, ABOVE_ZERO))
                    .orElse(ABOVE_ZERO);
            TextSet magnitudes = magnitudes(above, numbers.low().map(NumberTexts::negated), numbers);
            signs.add(sequence(text("-"), sets.language(magnitudes)));
        }
        return new Language.Choice(signs);
    }

    private static Bound negated(Bound bound) {
        return new Bound(bound.value().negate(), bound.open(), bound.place());
    }

    /** Numbers from 0 between the bounds. */
    private TextSet magnitudes(Bound low, Optional<Bound> high, Numbers numbers) {
        TextSet set =
                numbers.step().map(step -> MultipleTexts.of(step, budget)).orElseGet(() -> TextSet.of(DECIMAL, budget));
        set = set.intersect(DigitTexts.upTo(mostDigits(low, high, numbers.step())), budget);
        set = set.intersect(TextSet.of(new DecimalBound(low).atLeast(), budget), budget);
        if (high.isPresent()) {
            set = set.intersect(TextSet.of(new DecimalBound(high.get()).atMost(), budget), budget);
        }
        return set;
    }

    /** What every reader keeps apart, or one digit more than the schema itself needs. */
    private static int mostDigits(Bound low, Optional<Bound> high, Optional<Step> step) {
        boolean integers = step.isPresent() && step.get().value().compareTo(BigDecimal.ONE) == 0;
        int whole = 1;
        int places = 0;
        for (BigDecimal number : Stream.of(Optional.of(low.value()), high.map(Bound::value), step.map(Step::value))
                .flatMap(Optional::stream)
                .toList()) {
            whole = Math.max(whole, number.precision() - number.scale());
            places = Math.max(places, number.scale());
        }
        return Math.max(integers ? LONG_DIGITS : DOUBLE_DIGITS, whole + places + 1);
    }

    private static Language exponent(Language digits) {
        return sequence(either(text("e"), text("E")), optional(either(text("+"), text("-"))), digits);
    }
}
