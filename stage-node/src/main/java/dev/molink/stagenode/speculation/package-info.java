/** Drafts of coming tokens from the sequence's own text, and whether and how far drafting pays. */
@NullMarked
package dev.molink.stagenode.speculation;

import org.jspecify.annotations.NullMarked;
