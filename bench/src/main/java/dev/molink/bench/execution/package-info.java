/** Benchmarks of a stage's executor: steps of a model that is loaded as a stage loads it. */
@NullMarked
package dev.molink.bench.execution;

import org.jspecify.annotations.NullMarked;
