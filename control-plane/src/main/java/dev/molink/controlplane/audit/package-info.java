/** Who changed what: append-only and chained by hashes. */
@NullMarked
package dev.molink.controlplane.audit;

import org.jspecify.annotations.NullMarked;
