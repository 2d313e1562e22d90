package dev.molink.controlplane.admission;

import java.math.BigDecimal;

/** What organizations have paid in advance. The ledger owns the balances; shares of them are held like those of a budget. */
interface Wallets {

    /** Whether the organization pays in advance in this currency, from memory; a change holds within a second. */
    boolean prepaid(String organizationId, String currency);

    /** Reads again who pays in advance; called every second. */
    void refresh();

    /**
     * What may still be spent as far as it is settled, with what the current transaction has changed; may be negative. Runs
     * in the caller's transaction, which holds the lock of the wallet's bound.
     */
    BigDecimal balance(String organizationId, String currency);
}
