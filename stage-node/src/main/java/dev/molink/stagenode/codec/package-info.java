/** How activations are written on the wire. */
@NullMarked
package dev.molink.stagenode.codec;

import org.jspecify.annotations.NullMarked;
