/** Benchmarks of single kernels. */
@NullMarked
package dev.molink.bench.kernels;

import org.jspecify.annotations.NullMarked;
