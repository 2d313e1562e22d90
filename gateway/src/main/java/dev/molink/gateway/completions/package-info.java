/** {@code /v1/completions}. */
@NullMarked
package dev.molink.gateway.completions;

import org.jspecify.annotations.NullMarked;
