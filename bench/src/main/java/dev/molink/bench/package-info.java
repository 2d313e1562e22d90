/** Benchmarks of kernels, engine and gateway. */
@NullMarked
package dev.molink.bench;

import org.jspecify.annotations.NullMarked;
