/** Benchmarks of structured output. */
@NullMarked
package dev.molink.bench.grammar;

import org.jspecify.annotations.NullMarked;
