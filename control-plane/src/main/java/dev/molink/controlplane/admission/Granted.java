package dev.molink.controlplane.admission;

import java.math.BigDecimal;

/**
 * The answer to {@link Asked}.
 *
 * @param left what the bound still has for everybody; negative where more was used than it allows
 * @param unsettled what settlements have left of the bound, be it held or not
 * @param hopeless whether nothing will come back for those who wait
 */
record Granted(BigDecimal amount, BigDecimal left, BigDecimal unsettled, boolean hopeless) {

    /** The same, but not hopeless where others may return something. */
    Granted hopefulWhere(boolean returnable) {
        return returnable ? new Granted(amount, left, unsettled, false) : this;
    }
}
