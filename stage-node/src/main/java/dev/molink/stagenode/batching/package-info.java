/** How many decode steps are in flight and how long prefill pieces are, chosen from what the stages measure. */
@NullMarked
package dev.molink.stagenode.batching;

import org.jspecify.annotations.NullMarked;
