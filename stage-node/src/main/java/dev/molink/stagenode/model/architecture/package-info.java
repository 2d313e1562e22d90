/** Decoder architectures: each turns its configuration into a specification and names its tensors. */
@NullMarked
package dev.molink.stagenode.model.architecture;

import org.jspecify.annotations.NullMarked;
