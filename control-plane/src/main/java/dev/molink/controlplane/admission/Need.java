package dev.molink.controlplane.admission;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a request wants of one bound.
 *
 * @param capacity of the bound; null for a wallet, whose balance the ledger knows
 */
record Need(Bound bound, @Nullable BigDecimal capacity, BigDecimal amount) {}
