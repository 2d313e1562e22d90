/** Benchmarks of the head's decisions. */
@NullMarked
package dev.molink.bench.scheduling;

import org.jspecify.annotations.NullMarked;
