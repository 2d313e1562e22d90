/** What the codecs of the wire take in time and lose in quality. */
@NullMarked
package dev.molink.bench.codec;

import org.jspecify.annotations.NullMarked;
