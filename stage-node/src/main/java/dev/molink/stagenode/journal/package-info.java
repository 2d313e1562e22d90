/** The head's journal of final reports: what a gateway has not yet taken over survives a kill. */
@NullMarked
package dev.molink.stagenode.journal;

import org.jspecify.annotations.NullMarked;
