/** One stage of a pipeline: it loads a range of layers and executes the step plans that its head sends. */
@NullMarked
package dev.molink.stagenode;

import org.jspecify.annotations.NullMarked;
