package dev.molink.gateway.template.printing;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** The digits of finite floats, rounded half to even from their exact value as C does. */
final class DecimalDigits {
    /** No double has more digits after the point; the rest are zeros. */
    private static final int MOST_FRACTION_DIGITS = 1074;

    /** No double has more significant digits. */
    private static final int MOST_SIGNIFICANT_DIGITS = 767;

    private static final int FIRST_PLAIN_EXPONENT = -4;

    private DecimalDigits() {}

    /** {@code %f} of a number that is not negative. */
    static String fixed(double number, int precision, boolean alternate) {
        int digits = Math.min(precision, MOST_FRACTION_DIGITS);
        String text =
                new BigDecimal(number).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
        return withPoint(text, alternate && precision == 0) + "0".repeat(precision - digits);
    }

    /** {@code %e} of a number that is not negative. */
    static String scientific(double number, int precision, boolean alternate) {
        int digits = Math.min(precision, MOST_SIGNIFICANT_DIGITS);
        BigDecimal rounded = significant(number, digits + 1);
        String unscaled = rounded.unscaledValue().toString();
        String padded = unscaled + "0".repeat(Math.max(0, digits + 1 - unscaled.length()) + precision - digits);
        String mantissa = precision == 0 ? padded.substring(0, 1) : padded.charAt(0) + "." + padded.substring(1);
        return withPoint(mantissa, alternate && precision == 0) + exponentPart(exponent(rounded));
    }

    /** {@code %g} of a number that is not negative; {@code keepsPoint} writes {@code 1.0} where C writes {@code 1}. */
    static String general(double number, int precision, boolean alternate, boolean keepsPoint) {
        int wanted = Math.max(precision, 1);
        int digits = Math.min(wanted, MOST_SIGNIFICANT_DIGITS);
        int exponent = exponent(significant(number, digits));
        int firstScientific = keepsPoint ? wanted - 1 : wanted;
        if (exponent < FIRST_PLAIN_EXPONENT || exponent >= Math.max(firstScientific, 1)) {
            String text = scientific(number, digits - 1, alternate);
            int mark = text.indexOf('e');
            return (alternate ? text.substring(0, mark) : stripZeros(text.substring(0, mark))) + text.substring(mark);
        }
        String text = fixed(number, Math.max(digits - 1 - exponent, 0), alternate);
        String stripped = alternate ? text : stripZeros(text);
        return keepsPoint && stripped.indexOf('.') < 0 ? stripped + ".0" : stripped;
    }

    private static BigDecimal significant(double number, int digits) {
        return new BigDecimal(number).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    }

    private static int exponent(BigDecimal number) {
        return number.signum() == 0 ? 0 : number.precision() - number.scale() - 1;
    }

    private static String exponentPart(int exponent) {
        String digits = Integer.toString(Math.abs(exponent));
        return (exponent < 0 ? "e-" : "e+") + (digits.length() < 2 ? "0" : "") + digits;
    }

    private static String withPoint(String text, boolean point) {
        return point ? text + "." : text;
    }

    private static String stripZeros(String text) {
        if (text.indexOf('.') < 0) {
            return text;
        }
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
    }
}
