/** The proof that stages, usage records, ledger and statements tell the same. */
@NullMarked
package dev.molink.controlplane.reconciliation;

import org.jspecify.annotations.NullMarked;
