/** A network link in a process: a TCP relay with a rate and a delay. */
@NullMarked
package dev.molink.bench.relay;

import org.jspecify.annotations.NullMarked;
