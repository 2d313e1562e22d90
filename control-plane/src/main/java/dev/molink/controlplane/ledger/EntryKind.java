package dev.molink.controlplane.ledger;

import java.util.Locale;

/** Why money moved. A reversal keeps the kind of what it reverses. */
public enum EntryKind {
    /** A request was settled: from credits, the wallet and, beyond these, the receivable, to revenue. */
    CHARGE,
    /** From funding to the wallet. */
    TOP_UP,
    /** From the wallet back to funding. */
    REFUND,
    /** From funding to the receivable. */
    PAYMENT,
    /** From grants to a credit. */
    CREDIT_GRANT,
    /** What was left of a credit, to expired. */
    CREDIT_EXPIRY,
    /** Between adjustment and the wallet or the receivable. */
    ADJUSTMENT;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
