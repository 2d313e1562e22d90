package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.printing.FormatSpec;
import dev.molink.gateway.template.value.Arithmetic;
import dev.molink.gateway.template.value.FloatValue;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.NumberParsing;
import dev.molink.gateway.template.value.NumberValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Filters for numbers. */
final class NumberFilters {
    private static final int MOST_PRECISION = 400;
    private static final String[] DECIMAL_UNITS = {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
    private static final String[] BINARY_UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"};

    static final List<Filter> FILTERS = List.of(
            new Filter("abs", Signature.of(), (input, arguments, rendering) -> Arithmetic.absolute(input)),
            new Filter("int", Signature.of("default?", "base?"), NumberFilters::toInteger),
            new Filter("float", Signature.of("default?"), NumberFilters::toReal),
            new Filter("round", Signature.of("precision?", "method?"), NumberFilters::round),
            new Filter("filesizeformat", Signature.of("binary?"), NumberFilters::fileSize));

    private NumberFilters() {}

    private static Value toInteger(Value input, Bound arguments, Rendering rendering) {
        Value otherwise = arguments.get(0, IntegerValue.of(0));
        BigInteger number = switch (input) {
            case NumberValue value -> Double.isNaN(value.real()) ? null : value.integer();
            case StringValue string -> parse(string.text(), arguments.integer(1, 10));
            case UndefinedValue undefined -> throw undefined.failure();
            default -> null;
        };
        return number == null ? otherwise : new IntegerValue(rendering.budget().checked(number));
    }

    /** Text that is no integer may still be a float, of which the whole part is taken. */
    private static @Nullable BigInteger parse(String text, int base) {
        BigInteger integer = NumberParsing.integer(text, base);
        if (integer != null) {
            return integer;
        }
        Double real = NumberParsing.real(text);
        return real == null || !Double.isFinite(real) ? null : new FloatValue(real).integer();
    }

    private static Value toReal(Value input, Bound arguments, Rendering rendering) {
        Double number = switch (input) {
            case NumberValue value -> value.real();
            case StringValue string -> NumberParsing.real(string.text());
            case UndefinedValue undefined -> throw undefined.failure();
            default -> null;
        };
        return number == null ? arguments.get(0, new FloatValue(0)) : new FloatValue(number);
    }

    private static Value round(Value input, Bound arguments, Rendering rendering) {
        if (!(input instanceof NumberValue number)) {
            throw new TemplateEvaluationException("type " + input.typeName() + " doesn't define __round__ method");
        }
        int precision = arguments.integer(0, 0);
        String method = arguments.text(1, "common");
        return switch (method) {
            case "common" -> roundHalfEven(number, precision);
            case "ceil" -> scaled(number, precision, RoundingMode.CEILING);
            case "floor" -> scaled(number, precision, RoundingMode.FLOOR);
            default -> throw new TemplateEvaluationException("method must be common, ceil or floor");
        };
    }

    private static Value roundHalfEven(NumberValue number, int precision) {
        if (number.isIntegral()) {
            BigInteger integer = number.integer();
            int scale = Math.max(precision, -MOST_PRECISION);
            return new IntegerValue(
                    scale >= 0
                            ? integer
                            : new BigDecimal(integer)
                                    .setScale(scale, RoundingMode.HALF_EVEN)
                                    .toBigInteger());
        }
        double real = number.real();
        if (!Double.isFinite(real) || precision > MOST_PRECISION) {
            return number;
        }
        BigDecimal rounded =
                new BigDecimal(real).setScale(Math.max(precision, -MOST_PRECISION), RoundingMode.HALF_EVEN);
        return new FloatValue(Math.copySign(rounded.doubleValue(), real));
    }

    /** Jinja2 scales by a power of ten, rounds to an integer and scales back, with all errors of floats. */
    private static Value scaled(NumberValue number, int precision, RoundingMode mode) {
        double factor = Math.pow(10, precision);
        double scaled = number.real() * factor;
        if (!Double.isFinite(scaled) || factor == 0) {
            throw new TemplateEvaluationException("the number cannot be rounded to " + precision + " digits");
        }
        double rounded = mode == RoundingMode.CEILING ? Math.ceil(scaled) : Math.floor(scaled);
        return new FloatValue((rounded == 0 ? 0.0 : rounded) / factor);
    }

    private static Value fileSize(Value input, Bound arguments, Rendering rendering) {
        Double size = switch (input) {
            case NumberValue number -> number.real();
            case StringValue string -> NumberParsing.real(string.text());
            default -> null;
        };
        if (size == null) {
            throw new TemplateEvaluationException("filesizeformat takes a number, not '" + input.typeName() + "'");
        }
        boolean binary = arguments.flag(0, false);
        int base = binary ? 1024 : 1000;
        if (size == 1) {
            return StringValue.of("1 Byte");
        }
        if (size < base) {
            return StringValue.of(new FloatValue(size).integer() + " Bytes");
        }
        String[] units = binary ? BINARY_UNITS : DECIMAL_UNITS;
        double unit = (double) base * base;
        int index = 0;
        while (size >= unit && index < units.length - 1) {
            unit *= base;
            index++;
        }
        TextBuilder text = rendering.text();
        FormatSpec.format(new FloatValue(base * size / unit), ".1f", text);
        return StringValue.of(text.append(" ").append(units[index]).toString());
    }
}
