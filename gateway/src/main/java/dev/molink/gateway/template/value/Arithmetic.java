package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** Python's arithmetic on numbers. */
public final class Arithmetic {
    /** An arithmetic operator. */
    public enum Operation {
        /** Sum, or two sequences in a row. */
        ADD("+"),
        /** Difference. */
        SUBTRACT("-"),
        /** Product, or a sequence repeated. */
        MULTIPLY("*"),
        /** Quotient as a float. */
        DIVIDE("/"),
        /** Quotient rounded down. */
        FLOOR_DIVIDE("//"),
        /** Remainder with the sign of the divisor, or a formatted string. */
        MODULO("%"),
        /** Power. */
        POWER("**");

        private final String symbol;

        Operation(String symbol) {
            this.symbol = symbol;
        }

        /** How a template writes it. */
        public String symbol() {
            return symbol;
        }
    }

    private static final double LARGEST_EXACT = 0x1p53;

    private Arithmetic() {}

    /** {@code left operation right}; fails when one of them is no number. */
    public static Value calculate(Operation operation, Value left, Value right, Budget budget) {
        if (!(left instanceof NumberValue first) || !(right instanceof NumberValue second)) {
            throw unsupported(operation, left, right);
        }
        return switch (operation) {
            case DIVIDE -> new FloatValue(divide(first, second));
            case POWER -> power(first, second, budget);
            case ADD, SUBTRACT, MULTIPLY, FLOOR_DIVIDE, MODULO ->
                first.isIntegral() && second.isIntegral()
                        ? new IntegerValue(budget.checked(ofIntegers(operation, first.integer(), second.integer())))
                        : new FloatValue(ofReals(operation, first.real(), second.real()));
        };
    }

    /** The failure of an operation on types that do not have it. */
    public static TemplateEvaluationException unsupported(Operation operation, Value left, Value right) {
        if (left instanceof UndefinedValue undefined) {
            return undefined.failure();
        }
        if (right instanceof UndefinedValue undefined) {
            return undefined.failure();
        }
        return new TemplateEvaluationException("unsupported operand type(s) for " + operation.symbol() + ": '"
                + left.typeName() + "' and '" + right.typeName() + "'");
    }

    /** {@code -value}. */
    public static Value negate(Value value) {
        return switch (value) {
            case NumberValue number
            when number.isIntegral() -> new IntegerValue(number.integer().negate());
            case NumberValue number -> new FloatValue(-number.real());
            case UndefinedValue undefined -> throw undefined.failure();
            default -> throw badOperand("unary -", value);
        };
    }

    /** {@code +value}. */
    public static Value plus(Value value) {
        return switch (value) {
            case BooleanValue truth -> new IntegerValue(truth.integer());
            case NumberValue number -> number;
            case UndefinedValue undefined -> throw undefined.failure();
            default -> throw badOperand("unary +", value);
        };
    }

    /** {@code abs(value)}. */
    public static Value absolute(Value value) {
        return switch (value) {
            case NumberValue number
            when number.isIntegral() -> new IntegerValue(number.integer().abs());
            case NumberValue number -> new FloatValue(Math.abs(number.real()));
            default -> throw badOperand("abs()", value);
        };
    }

    private static TemplateEvaluationException badOperand(String operation, Value value) {
        return new TemplateEvaluationException("bad operand type for " + operation + ": '" + value.typeName() + "'");
    }

    private static BigInteger ofIntegers(Operation operation, BigInteger left, BigInteger right) {
        return switch (operation) {
            case ADD -> left.add(right);
            case SUBTRACT -> left.subtract(right);
            case MULTIPLY -> left.multiply(right);
            case FLOOR_DIVIDE -> {
                BigInteger[] parts = left.divideAndRemainder(requireDivisor(right));
                boolean roundDown = parts[1].signum() != 0 && parts[1].signum() != right.signum();
                yield roundDown ? parts[0].subtract(BigInteger.ONE) : parts[0];
            }
            case MODULO -> {
                BigInteger remainder = left.remainder(requireDivisor(right));
                boolean otherSign = remainder.signum() != 0 && remainder.signum() != right.signum();
                yield otherSign ? remainder.add(right) : remainder;
            }
            case DIVIDE, POWER -> throw new IllegalArgumentException(operation + " has its own method");
        };
    }

    private static BigInteger requireDivisor(BigInteger divisor) {
        if (divisor.signum() == 0) {
            throw divisionByZero();
        }
        return divisor;
    }

    private static double ofReals(Operation operation, double left, double right) {
        return switch (operation) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case FLOOR_DIVIDE -> floorDivide(left, right);
            case MODULO -> modulo(left, right);
            case DIVIDE, POWER -> throw new IllegalArgumentException(operation + " has its own method");
        };
    }

    private static double modulo(double left, double right) {
        if (right == 0) {
            throw divisionByZero();
        }
        double remainder = left % right;
        if (remainder == 0) {
            return Math.copySign(0, right);
        }
        return (remainder < 0) == (right < 0) ? remainder : remainder + right;
    }

    private static double floorDivide(double left, double right) {
        double remainder = modulo(left, right);
        double quotient = (left - remainder) / right;
        double floor = Math.floor(quotient);
        // The division may land just below an integer.
        double nearest = quotient - floor > 0.5 ? floor + 1 : floor;
        return quotient == 0 ? Math.copySign(0, left / right) : nearest;
    }

    private static double divide(NumberValue left, NumberValue right) {
        if (!right.isTrue()) {
            throw divisionByZero();
        }
        boolean inexact = Math.abs(left.real()) > LARGEST_EXACT || Math.abs(right.real()) > LARGEST_EXACT;
        if (left.isIntegral() && right.isIntegral() && inexact) {
            return new BigDecimal(left.integer())
                    .divide(new BigDecimal(right.integer()), MathContext.DECIMAL128)
                    .doubleValue();
        }
        return left.real() / right.real();
    }

    private static Value power(NumberValue base, NumberValue exponent, Budget budget) {
        if (base.isIntegral() && exponent.isIntegral() && exponent.integer().signum() >= 0) {
            return new IntegerValue(integerPower(base.integer(), exponent.integer(), budget));
        }
        if (base.real() == 0 && exponent.real() < 0) {
            throw new TemplateEvaluationException("0.0 cannot be raised to a negative power");
        }
        double power = Math.pow(base.real(), exponent.real());
        if (Double.isNaN(power) && !Numbers.isNaN(base) && !Numbers.isNaN(exponent)) {
            throw new TemplateEvaluationException("a negative number cannot be raised to a fractional power");
        }
        if (Double.isInfinite(power) && Double.isFinite(base.real()) && Double.isFinite(exponent.real())) {
            throw new TemplateEvaluationException("the power is too large for a float");
        }
        return new FloatValue(power);
    }

    private static BigInteger integerPower(BigInteger base, BigInteger exponent, Budget budget) {
        if (base.bitLength() <= 1 && base.abs().compareTo(BigInteger.ONE) <= 0) {
            return exponent.signum() == 0 ? BigInteger.ONE : exponent.testBit(0) ? base : base.abs();
        }
        int times = Numbers.clamp(exponent);
        budget.integerBits((long) (base.abs().bitLength() - 1) * times);
        return budget.checked(base.pow(times));
    }

    private static TemplateEvaluationException divisionByZero() {
        return new TemplateEvaluationException("division by zero");
    }
}
