/** Load on a served model, as its clients see it, and how the results are told. */
@NullMarked
package dev.molink.bench.engine;

import org.jspecify.annotations.NullMarked;
