/** Allocation of KV blocks, whose ids are valid on every stage of the pipeline; the head alone allocates. */
@NullMarked
package dev.molink.stagenode.kvcache;

import org.jspecify.annotations.NullMarked;
