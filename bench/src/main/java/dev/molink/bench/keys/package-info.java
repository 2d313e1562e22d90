/** What checking an API key costs a request. */
@NullMarked
package dev.molink.bench.keys;

import org.jspecify.annotations.NullMarked;
