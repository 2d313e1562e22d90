/** Benchmarks of the head's KV block allocation. */
@NullMarked
package dev.molink.bench.kvcache;

import org.jspecify.annotations.NullMarked;
