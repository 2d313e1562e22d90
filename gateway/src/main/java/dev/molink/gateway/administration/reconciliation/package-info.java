/** The proof that the books agree. */
@NullMarked
package dev.molink.gateway.administration.reconciliation;

import org.jspecify.annotations.NullMarked;
