/** API keys: created once, shown once, verified without their text being stored. */
@NullMarked
package dev.molink.controlplane.keys;

import org.jspecify.annotations.NullMarked;
