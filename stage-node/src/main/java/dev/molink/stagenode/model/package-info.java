/** Model files: where they come from, what they describe, and the tensors of a layer range in mapped memory. */
@NullMarked
package dev.molink.stagenode.model;

import org.jspecify.annotations.NullMarked;
