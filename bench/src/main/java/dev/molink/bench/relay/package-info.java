/** A network link in a process: a TCP relay with a rate, a delay, jitter, bursts, stalls and cuts. */
@NullMarked
package dev.molink.bench.relay;

import org.jspecify.annotations.NullMarked;
