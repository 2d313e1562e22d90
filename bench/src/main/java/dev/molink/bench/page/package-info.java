/** Reports as single HTML pages that need nothing else. */
@NullMarked
package dev.molink.bench.page;

import org.jspecify.annotations.NullMarked;
