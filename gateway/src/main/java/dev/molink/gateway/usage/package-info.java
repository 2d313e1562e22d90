/** The end of each request: one durable usage record, from the head's report or from what the gateway saw. */
@NullMarked
package dev.molink.gateway.usage;

import org.jspecify.annotations.NullMarked;
