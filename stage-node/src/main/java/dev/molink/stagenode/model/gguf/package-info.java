/** The GGUF format, versions 2 and 3. */
@NullMarked
package dev.molink.stagenode.model.gguf;

import org.jspecify.annotations.NullMarked;
