package dev.molink.gateway.template.value;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads numbers as Python's {@code int} and {@code float} do. */
public final class NumberParsing {
    /** Python refuses longer integers as well. */
    private static final int MOST_DIGITS = 4300;

    private static final Pattern REAL = Pattern.compile(
            "[-+]?(?:(?:\\d+(?:_\\d+)*)?\\.\\d+(?:_\\d+)*|\\d+(?:_\\d+)*\\.?)(?:[eE][-+]?\\d+(?:_\\d+)*)?");

    private static final Pattern NOT_FINITE = Pattern.compile("([-+]?)(?:(inf|infinity)|nan)");

    private NumberParsing() {}

    /** The integer that {@code text} is in a base from 2 to 36, or 0 for the base its prefix names; null if it is none. */
    public static @Nullable BigInteger integer(String text, int base) {
        String plain = decimalDigits(strip(text));
        boolean negative = plain.startsWith("-");
        String digits = negative || plain.startsWith("+") ? plain.substring(1) : plain;
        int radix = base;
        int prefixed = prefixRadix(digits);
        if (prefixed > 0 && (base == 0 || base == prefixed)) {
            radix = prefixed;
            digits = digits.startsWith("_", 2) ? digits.substring(3) : digits.substring(2);
        } else if (base == 0) {
            radix = 10;
        }
        if (radix < 2 || radix > Character.MAX_RADIX || !areDigits(digits, radix)) {
            return null;
        }
        var magnitude = new BigInteger(digits.replace("_", ""), radix);
        return negative ? magnitude.negate() : magnitude;
    }

    private static int prefixRadix(String digits) {
        if (digits.length() < 3 || digits.charAt(0) != '0') {
            return 0;
        }
        return switch (digits.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 0;
        };
    }

    private static boolean areDigits(String digits, int radix) {
        if (digits.isEmpty() || digits.length() > MOST_DIGITS || digits.startsWith("_") || digits.endsWith("_")) {
            return false;
        }
        return !digits.contains("__")
                && digits.chars().allMatch(unit -> unit == '_' || (unit < 0x80 && Character.digit(unit, radix) >= 0));
    }

    /** The float that {@code text} is, or null. */
    public static @Nullable Double real(String text) {
        String plain = decimalDigits(strip(text));
        var special = NOT_FINITE.matcher(plain.toLowerCase(Locale.ROOT));
        if (special.matches()) {
            double magnitude = special.group(2) == null ? Double.NaN : Double.POSITIVE_INFINITY;
            return special.group(1).equals("-") ? -magnitude : magnitude;
        }
        boolean isNumber = plain.length() <= MOST_DIGITS && REAL.matcher(plain).matches();
        return isNumber ? Double.valueOf(plain.replace("_", "")) : null;
    }

    private static String strip(String text) {
        String start = Whitespace.stripEnd(text);
        return start.substring(Whitespace.skip(start, 0));
    }

    /** Decimal digits of other scripts as those of ASCII. */
    private static String decimalDigits(String text) {
        if (text.chars().allMatch(unit -> unit < 0x80)) {
            return text;
        }
        var digits = new StringBuilder();
        text.codePoints()
                .forEach(codePoint -> digits.appendCodePoint(
                        Character.isDigit(codePoint) ? '0' + Character.digit(codePoint, 10) : codePoint));
        return digits.toString();
    }
}
