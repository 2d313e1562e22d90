/** What a request will cost, decided at its admission. */
@NullMarked
package dev.molink.gateway.pricing;

import org.jspecify.annotations.NullMarked;
