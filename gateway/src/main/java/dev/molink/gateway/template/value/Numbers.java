package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Comparisons and conversions of numbers. */
public final class Numbers {
    private Numbers() {}

    /** Compares by exact value; NaN counts as the greatest number, so that sorting has an order. */
    public static int compare(NumberValue left, NumberValue right) {
        if (left.isIntegral() && right.isIntegral()) {
            return left.integer().compareTo(right.integer());
        }
        double leftReal = left.real();
        double rightReal = right.real();
        if (!Double.isFinite(leftReal) || !Double.isFinite(rightReal)) {
            return Double.compare(leftReal, rightReal);
        }
        return exact(left).compareTo(exact(right));
    }

    private static BigDecimal exact(NumberValue number) {
        return number.isIntegral() ? new BigDecimal(number.integer()) : new BigDecimal(number.real());
    }

    /** Whether it is the float that equals nothing. */
    public static boolean isNaN(NumberValue number) {
        return !number.isIntegral() && Double.isNaN(number.real());
    }

    /** The integer of an {@code int} or {@code bool}; Python takes no other type where it wants an integer. */
    public static BigInteger requireInteger(Value value) {
        return switch (value) {
            case NumberValue number when number.isIntegral() -> number.integer();
            case UndefinedValue undefined -> throw undefined.failure();
            default ->
                throw new TemplateEvaluationException(
                        "'" + value.typeName() + "' object cannot be interpreted as an integer");
        };
    }

    /** As {@link #requireInteger}, with everything beyond a Java int brought to its nearest end. */
    public static int requireIndex(Value value) {
        return clamp(requireInteger(value));
    }

    /** The nearest Java int. */
    public static int clamp(BigInteger number) {
        if (number.bitLength() < Integer.SIZE) {
            return number.intValueExact();
        }
        return number.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
    }
}
