/** What a stage keeps by its content hash, and how the head gives it: grammars, and the vocabulary that they need. */
@NullMarked
package dev.molink.stagenode.asset;

import org.jspecify.annotations.NullMarked;
