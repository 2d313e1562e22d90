/** Runs step plans on the layers of one stage. */
@NullMarked
package dev.molink.stagenode.execution;

import org.jspecify.annotations.NullMarked;
