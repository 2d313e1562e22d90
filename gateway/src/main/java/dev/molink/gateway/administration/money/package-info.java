/** {@code /admin/v1}: prices, wallets, credits, the ledger and statements. Amounts are decimal strings. */
@NullMarked
package dev.molink.gateway.administration.money;

import org.jspecify.annotations.NullMarked;
