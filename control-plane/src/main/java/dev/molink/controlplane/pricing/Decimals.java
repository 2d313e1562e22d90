package dev.molink.controlplane.pricing;

import java.math.BigDecimal;

/** How exact amounts are written: without zeros at the end and without an exponent. */
public final class Decimals {

    private static final int MAX_SIZE = 100;

    private Decimals() {}

    /** The same number as short as it can be written without an exponent. */
    public static BigDecimal plain(BigDecimal amount) {
        BigDecimal stripped = amount.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    /** Whether it is safe to compute with: of a number such as 1e999999999 nothing is, not even its text. */
    public static boolean isSane(BigDecimal amount) {
        return Math.abs((long) amount.scale()) <= MAX_SIZE && amount.precision() <= MAX_SIZE;
    }
}
