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

/**
 * How numbers are written. A number without bounds and divisor may be written in every way that JSON knows. With an
 * integer divisor it is written as an integer, otherwise as a plain decimal without an exponent: those are compared with
 * a bound digit by digit, and their remainder is known digit by digit. Zero has no sign.
 */
final class NumberTexts {

    private static final Language WHOLE = either(text("0"), sequence(digit('1', '9'), digits(0, Repeat.UNBOUNDED)));
    private static final Language FRACTION = sequence(text("."), digits(1, Repeat.UNBOUNDED));
    private static final Language EXPONENT =
            sequence(either(text("e"), text("E")), optional(either(text("+"), text("-"))), digits(1, 3));

    /** Every way to write a number; exponents of up to three digits. */
    static final Language ANY = sequence(optional(text("-")), WHOLE, optional(FRACTION), optional(EXPONENT));

    private static final Language INTEGER =
            either(text("0"), sequence(optional(text("-")), digit('1', '9'), digits(0, Repeat.UNBOUNDED)));

    /** Digits that every double keeps: readers that divide doubles agree on a multiple as far as that. */
    private static final int DOUBLE_DIGITS = 15;

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
            throw place(numbers).tooLarge(e.getMessage());
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
        TextSet set = numbers.step()
                .map(this::multiples)
                .orElseGet(() -> TextSet.of(sequence(WHOLE, optional(FRACTION)), budget));
        set = set.intersect(TextSet.of(new DecimalBound(low).atLeast(), budget), budget);
        if (high.isPresent()) {
            set = set.intersect(TextSet.of(new DecimalBound(high.get()).atMost(), budget), budget);
        }
        return set;
    }

    private TextSet multiples(Step step) {
        TextSet multiples = MultipleTexts.of(step, budget);
        if (step.value().compareTo(BigDecimal.ONE) == 0) {
            return multiples;
        }
        int places = Math.max(step.value().scale(), 0);
        if (places >= DOUBLE_DIGITS) {
            throw step.place().tooLarge("more than %d decimal places".formatted(DOUBLE_DIGITS - 1));
        }
        Language exact = sequence(
                digits(1, DOUBLE_DIGITS - places),
                places == 0 ? Languages.EMPTY_TEXT : optional(sequence(text("."), digits(1, places))));
        return multiples.intersect(TextSet.of(exact, budget), budget);
    }
}
