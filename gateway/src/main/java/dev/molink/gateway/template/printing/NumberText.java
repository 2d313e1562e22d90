package dev.molink.gateway.template.printing;

import dev.molink.gateway.template.failure.Budget;
import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.FloatValue;
import dev.molink.gateway.template.value.NumberValue;
import java.math.BigInteger;
import java.util.Locale;

/**
 * A number as sign, prefix and digits, before it is padded to a width.
 *
 * @param sign {@code -}, {@code +}, a space or nothing
 * @param prefix such as {@code 0x}, or nothing
 * @param digits the digits, with point and exponent
 */
record NumberText(String sign, String prefix, String digits) {
    private static final int DEFAULT_PRECISION = 6;

    /**
     * How digits are written.
     *
     * @param type the letter at the end of a format, or 0
     * @param sign {@code +}, a space, or 0
     * @param alternate whether {@code #} was given
     * @param precision digits, or -1
     */
    record Style(char type, char sign, boolean alternate, int precision) {
        String signOf(boolean negative) {
            if (negative) {
                return "-";
            }
            return sign == '+' || sign == ' ' ? String.valueOf(sign) : "";
        }
    }

    /** Formats an integer by {@code b d o x X} or one of the types of floats. */
    static NumberText ofInteger(BigInteger number, Style style, Budget budget) {
        String sign = style.signOf(number.signum() < 0);
        BigInteger magnitude = number.abs();
        return switch (style.type()) {
            case 0, 'd', 'i', 'u', 'n' -> new NumberText(sign, "", magnitude.toString());
            case 'b' -> new NumberText(sign, style.alternate() ? "0b" : "", magnitude.toString(2));
            case 'o' -> new NumberText(sign, style.alternate() ? "0o" : "", magnitude.toString(8));
            case 'x' -> new NumberText(sign, style.alternate() ? "0x" : "", magnitude.toString(16));
            case 'X' ->
                new NumberText(
                        sign,
                        style.alternate() ? "0X" : "",
                        magnitude.toString(16).toUpperCase(Locale.ROOT));
            default -> ofReal(number.doubleValue(), style, budget);
        };
    }

    /** Formats a float by {@code e E f F g G n %}, or by none as {@code str} does. */
    static NumberText ofReal(double number, Style style, Budget budget) {
        boolean negative = number < 0 || (number == 0 && 1 / number < 0);
        budget.allocate(Math.max(style.precision(), 0));
        String digits = realDigits(Math.abs(number), style);
        boolean upper = style.type() == 'E' || style.type() == 'F' || style.type() == 'G';
        return new NumberText(style.signOf(negative), "", upper ? digits.toUpperCase(Locale.ROOT) : digits);
    }

    private static String realDigits(double number, Style style) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return (Double.isNaN(number) ? "nan" : "inf") + (style.type() == '%' ? "%" : "");
        }
        int precision = style.precision() < 0 ? DEFAULT_PRECISION : style.precision();
        return switch (style.type()) {
            case 0 ->
                style.precision() < 0
                        ? FloatValue.text(number)
                        : DecimalDigits.general(number, precision, style.alternate(), true);
            case 'e', 'E' -> DecimalDigits.scientific(number, precision, style.alternate());
            case 'f', 'F' -> DecimalDigits.fixed(number, precision, style.alternate());
            case 'g', 'G', 'n' -> DecimalDigits.general(number, precision, style.alternate(), false);
            case '%' -> DecimalDigits.fixed(number * 100, precision, style.alternate()) + "%";
            default ->
                throw new TemplateEvaluationException(
                        "Unknown format code '" + style.type() + "' for object of type 'float'");
        };
    }

    /** Formats either kind of number, an integer as a float only by the types of floats. */
    static NumberText of(NumberValue number, Style style, Budget budget) {
        return number.isIntegral() ? ofInteger(number.integer(), style, budget) : ofReal(number.real(), style, budget);
    }

    /** The same with {@code separator} between groups of {@code size} digits before the point. */
    NumberText grouped(char separator, int size) {
        int end = 0;
        while (end < digits.length() && Character.digit(digits.charAt(end), 16) >= 0) {
            end++;
        }
        var grouped = new StringBuilder(digits);
        for (int i = end - size; i > 0; i -= size) {
            grouped.insert(i, separator);
        }
        return new NumberText(sign, prefix, grouped.toString());
    }

    int length() {
        return sign.length() + prefix.length() + digits.length();
    }
}
