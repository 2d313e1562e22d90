/** Limits and budgets at the door of the API: leases, headers and refusals. */
@NullMarked
package dev.molink.gateway.quota;

import org.jspecify.annotations.NullMarked;
