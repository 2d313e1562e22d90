package dev.molink.controlplane.ledger;

import java.math.BigDecimal;

/**
 * How an account stands.
 *
 * @param entries how many rows have moved money into or out of it
 */
public record AccountBalance(LedgerAccount account, BigDecimal balance, long entries) {}
