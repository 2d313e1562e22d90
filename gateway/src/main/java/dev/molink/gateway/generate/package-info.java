/** MoLink's own {@code /generate}. */
@NullMarked
package dev.molink.gateway.generate;

import org.jspecify.annotations.NullMarked;
