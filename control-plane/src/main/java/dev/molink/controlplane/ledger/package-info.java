/** The books: every movement of money as one row between two accounts, and the balances that follow from them. */
@NullMarked
package dev.molink.controlplane.ledger;

import org.jspecify.annotations.NullMarked;
