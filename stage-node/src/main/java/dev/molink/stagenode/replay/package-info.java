/**
 * What went into the state machines of a running pipeline and what they decided, and the same again in fresh ones: no
 * thread, clock or socket takes part in a decision. The build refuses these here, too.
 */
@NullMarked
package dev.molink.stagenode.replay;

import org.jspecify.annotations.NullMarked;
