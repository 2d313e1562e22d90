package dev.molink.gateway.template.value;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Python's {@code float}.
 *
 * @param real the number
 */
public record FloatValue(double real) implements NumberValue {
    /** Below this decimal exponent, and from {@link #LAST_PLAIN_EXPONENT} on, Python writes an exponent. */
    private static final int FIRST_PLAIN_EXPONENT = -4;

    private static final int LAST_PLAIN_EXPONENT = 16;

    @Override
    public String typeName() {
        return "float";
    }

    @Override
    public boolean isTrue() {
        return real != 0;
    }

    @Override
    public void print(TextBuilder out) {
        out.append(text(real));
    }

    @Override
    public boolean isIntegral() {
        return false;
    }

    @Override
    public BigInteger integer() {
        if (!Double.isFinite(real)) {
            throw new TemplateEvaluationException("cannot convert float " + text(real) + " to integer");
        }
        return new BigDecimal(real).toBigInteger();
    }

    /** Python's {@code repr}: the shortest digits that read back as the same number. */
    public static String text(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0.0" : "0.0";
        }
        BigDecimal decimal = shortest(number);
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= FIRST_PLAIN_EXPONENT && exponent < LAST_PLAIN_EXPONENT) {
            return decimal.setScale(Math.max(decimal.scale(), 1)).toPlainString();
        }
        return withExponent(decimal, exponent);
    }

    /** Double.toString chooses the same digits, except that it has at least two of them. */
    private static BigDecimal shortest(double number) {
        BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        BigDecimal oneDigit = decimal.round(new MathContext(1));
        return oneDigit.doubleValue() == number ? oneDigit.stripTrailingZeros() : decimal;
    }

    private static String withExponent(BigDecimal decimal, int exponent) {
        String digits = decimal.unscaledValue().abs().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        String sign = decimal.signum() < 0 ? "-" : "";
        String exponentSign = exponent < 0 ? "-" : "+";
        String exponentDigits = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return sign + digits.charAt(0) + fraction + "e" + exponentSign + exponentDigits;
    }
}
