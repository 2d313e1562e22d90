package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.value.BooleanValue;
import dev.molink.gateway.template.value.FloatValue;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.NumberValue;
import dev.molink.gateway.template.value.Value;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** The attributes of numbers. */
final class NumberAttributes {
    private NumberAttributes() {}

    static @Nullable Value find(NumberValue number, String name) {
        return number.isIntegral() ? ofInteger(number.integer(), name) : ofReal(number.real(), name);
    }

    private static @Nullable Value ofInteger(BigInteger number, String name) {
        return switch (name) {
            case "real", "numerator" -> new IntegerValue(number);
            case "imag" -> IntegerValue.of(0);
            case "denominator" -> IntegerValue.of(1);
            case "bit_length" -> method(name, IntegerValue.of(number.abs().bitLength()));
            case "bit_count" -> method(name, IntegerValue.of(number.abs().bitCount()));
            case "conjugate" -> method(name, new IntegerValue(number));
            case "is_integer" -> method(name, BooleanValue.TRUE);
            default -> null;
        };
    }

    private static @Nullable Value ofReal(double number, String name) {
        return switch (name) {
            case "real" -> new FloatValue(number);
            case "imag" -> new FloatValue(0);
            case "conjugate" -> method(name, new FloatValue(number));
            case "is_integer" -> method(name, BooleanValue.of(number == Math.rint(number) && Double.isFinite(number)));
            default -> null;
        };
    }

    private static Value method(String name, Value result) {
        return FunctionValue.method(name, Signature.of(), (arguments, rendering) -> result);
    }
}
