package dev.molink.gateway.template.value;

import java.math.BigInteger;

/** A number in Python's sense, which includes {@code True} and {@code False}. */
public sealed interface NumberValue extends Value permits BooleanValue, IntegerValue, FloatValue {
    /** Whether it is an {@code int} or a {@code bool}. */
    boolean isIntegral();

    /** The number of an integral value; of a float, the integer towards zero. */
    BigInteger integer();

    /** The nearest double. */
    double real();
}
