/**
 * What must survive a kill: the head's final reports until a gateway has taken them over, and what each stage counts.
 */
@NullMarked
package dev.molink.stagenode.journal;

import org.jspecify.annotations.NullMarked;
