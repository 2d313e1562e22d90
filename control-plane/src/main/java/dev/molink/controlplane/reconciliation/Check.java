package dev.molink.controlplane.reconciliation;

import java.util.Locale;

/** What is compared. */
public enum Check {
    /**
     * At the last stage, rows computed + verified-accepted are prompt − cached + the sum over the choices of max(0, generated
     * − 1), for requests that ran to their end; and the choices' tokens add up to the record's.
     */
    TOKENS,
    /** Every layer's stage counted the same rows, by cause, as the usage record has. */
    STAGES,
    /** What stages counted belongs to a request that was booked. */
    USAGE,
    /** What the ledger moved for a request is its charge. */
    LEDGER,
    /** What a line of a statement demands is what the ledger moved in its month for the same project, model and price. */
    STATEMENT;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
