/** What tokens cost: versioned price rules and the charge for a request. */
@NullMarked
package dev.molink.controlplane.pricing;

import org.jspecify.annotations.NullMarked;
