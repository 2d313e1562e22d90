package dev.molink.gateway.template.value;

import java.math.BigInteger;

/** Python's {@code bool}, a number that is 0 or 1. */
public enum BooleanValue implements NumberValue {
    /** False, 0. */
    FALSE,
    /** True, 1. */
    TRUE;

    /** The value of a Java boolean. */
    public static BooleanValue of(boolean truth) {
        return truth ? TRUE : FALSE;
    }

    @Override
    public String typeName() {
        return "bool";
    }

    @Override
    public boolean isTrue() {
        return this == TRUE;
    }

    @Override
    public void print(TextBuilder out) {
        out.append(this == TRUE ? "True" : "False");
    }

    @Override
    public boolean isIntegral() {
        return true;
    }

    @Override
    public BigInteger integer() {
        return this == TRUE ? BigInteger.ONE : BigInteger.ZERO;
    }

    @Override
    public double real() {
        return this == TRUE ? 1 : 0;
    }
}
