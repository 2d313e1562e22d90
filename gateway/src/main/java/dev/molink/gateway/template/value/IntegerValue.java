package dev.molink.gateway.template.value;

import java.math.BigInteger;

/**
 * Python's {@code int}.
 *
 * @param integer the number
 */
public record IntegerValue(BigInteger integer) implements NumberValue {
    /** The value of a Java integer. */
    public static IntegerValue of(long number) {
        return new IntegerValue(BigInteger.valueOf(number));
    }

    @Override
    public String typeName() {
        return "int";
    }

    @Override
    public boolean isTrue() {
        return integer.signum() != 0;
    }

    @Override
    public void print(TextBuilder out) {
        out.append(integer.toString());
    }

    @Override
    public boolean isIntegral() {
        return true;
    }

    @Override
    public double real() {
        return integer.doubleValue();
    }
}
