/** What the gateway itself costs: a head that answers at once, and clients that keep their connections. */
@NullMarked
package dev.molink.bench.gateway;

import org.jspecify.annotations.NullMarked;
