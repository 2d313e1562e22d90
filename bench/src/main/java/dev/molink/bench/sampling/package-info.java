/** Benchmarks of the sampling stage. */
@NullMarked
package dev.molink.bench.sampling;

import org.jspecify.annotations.NullMarked;
