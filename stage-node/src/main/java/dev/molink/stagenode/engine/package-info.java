/** The head that turns requests into step plans, and the loop that executes them on a stage. */
@NullMarked
package dev.molink.stagenode.engine;

import org.jspecify.annotations.NullMarked;
