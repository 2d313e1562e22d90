/** What a tenant is billed for a month: numbered, frozen, and equal to the ledger's month to the last digit. */
@NullMarked
package dev.molink.controlplane.statements;

import org.jspecify.annotations.NullMarked;
