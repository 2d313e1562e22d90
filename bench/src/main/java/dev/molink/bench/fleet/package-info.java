/** Pipelines of simulated devices that serve a trace of requests, on a virtual clock or on the real one. */
@NullMarked
package dev.molink.bench.fleet;

import org.jspecify.annotations.NullMarked;
