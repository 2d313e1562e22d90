/** The safetensors format: one file, or several with an index. */
@NullMarked
package dev.molink.stagenode.model.safetensors;

import org.jspecify.annotations.NullMarked;
