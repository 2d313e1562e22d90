/** The way of a structure from a request, over the head that compiles it, to the stage that samples by it. */
@NullMarked
package dev.molink.stagenode.structure;

import org.jspecify.annotations.NullMarked;
