package dev.molink.controlplane.profit;

import java.math.BigDecimal;

/** (revenue − cost) ÷ cost. */
public sealed interface Margin {

    /**
     * @param ratio rounded half-even to 12 decimals; 0.25 is 25 %
     * @param currency of both
     */
    record Known(BigDecimal ratio, String currency) implements Margin {}

    record Unknown(Reason reason) implements Margin {}

    /** Why nobody can say; the first that holds. */
    enum Reason {
        /** Of some request a stage has not told, or not all, what it did. */
        EVIDENCE_MISSING,
        /** Some node that computed had no cost profile at that time. */
        COST_PROFILE_MISSING,
        /** Some billed request has no charge yet. */
        CHARGE_MISSING,
        /** Revenue and cost are not all in one currency. */
        SEVERAL_CURRENCIES,
        /** Nothing was spent, so there is nothing to divide by. */
        NO_COST
    }
}
