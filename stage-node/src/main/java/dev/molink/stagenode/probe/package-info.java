/** Measures the way from one stage to another before any link is open. */
@NullMarked
package dev.molink.stagenode.probe;

import org.jspecify.annotations.NullMarked;
