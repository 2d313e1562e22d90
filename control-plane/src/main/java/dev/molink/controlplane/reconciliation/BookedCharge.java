package dev.molink.controlplane.reconciliation;

import java.math.BigDecimal;

/**
 * What the ledger moved for one request in one currency.
 *
 * @param amount what settlements charged less what they reversed
 */
record BookedCharge(String requestId, String organizationId, String currency, BigDecimal amount) {}
