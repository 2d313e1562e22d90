package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.Shape.Bound;
import dev.molink.stagenode.grammar.schema.Shape.Numbers;
import dev.molink.stagenode.grammar.schema.Shape.Step;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.function.BinaryOperator;

/** Arithmetic on {@link Numbers}: exact, in decimals. */
final class NumberRanges {

    private NumberRanges() {}

    static Numbers intersection(Numbers left, Numbers right) {
        return new Numbers(
                either(left.low(), right.low(), NumberRanges::higher),
                either(left.high(), right.high(), NumberRanges::lower),
                either(left.step(), right.step(), NumberRanges::common));
    }

    static <T> Optional<T> either(Optional<T> left, Optional<T> right, BinaryOperator<T> both) {
        if (left.isEmpty()) {
            return right;
        }
        return right.isEmpty() ? left : Optional.of(both.apply(left.get(), right.get()));
    }

    static Bound higher(Bound left, Bound right) {
        int order = left.value().compareTo(right.value());
        return order > 0 || (order == 0 && left.open()) ? left : right;
    }

    static Bound lower(Bound left, Bound right) {
        int order = left.value().compareTo(right.value());
        return order < 0 || (order == 0 && left.open()) ? left : right;
    }

    /** The least common multiple, so that numbers are divided by it exactly when they are divided by both. */
    static Step common(Step left, Step right) {
        int scale = Math.max(Math.max(left.value().scale(), right.value().scale()), 0);
        BigInteger a = left.value().setScale(scale).unscaledValue();
        BigInteger b = right.value().setScale(scale).unscaledValue();
        BigInteger multiple = a.divide(a.gcd(b)).multiply(b);
        Place place = left.value().compareTo(right.value()) >= 0 ? left.place() : right.place();
        return new Step(new BigDecimal(multiple, scale).stripTrailingZeros(), place);
    }

    static boolean isEmpty(Numbers numbers) {
        if (numbers.low().isEmpty() || numbers.high().isEmpty()) {
            return false;
        }
        Bound low = numbers.low().get();
        Bound high = numbers.high().get();
        BigDecimal least =
                numbers.step().map(step -> leastMultiple(low, step.value())).orElse(low.value());
        int order = least.compareTo(high.value());
        boolean lowIsOut = numbers.step().isEmpty() && low.open();
        return order > 0 || (order == 0 && (high.open() || lowIsOut));
    }

    private static BigDecimal leastMultiple(Bound low, BigDecimal step) {
        BigDecimal multiple = low.value().divide(step, 0, RoundingMode.CEILING).multiply(step);
        return low.open() && multiple.compareTo(low.value()) == 0 ? multiple.add(step) : multiple;
    }

    static boolean contains(Numbers numbers, BigDecimal value) {
        return numbers.low().map(low -> isAbove(value, low)).orElse(true)
                && numbers.high().map(high -> isBelow(value, high)).orElse(true)
                && numbers.step()
                        .map(step -> value.remainder(step.value()).signum() == 0)
                        .orElse(true);
    }

    private static boolean isAbove(BigDecimal value, Bound low) {
        int order = value.compareTo(low.value());
        return order > 0 || (order == 0 && !low.open());
    }

    private static boolean isBelow(BigDecimal value, Bound high) {
        int order = value.compareTo(high.value());
        return order < 0 || (order == 0 && !high.open());
    }
}
