/** Pipelines: the handshake, formation by the head, and what a node does as one stage of a formation. */
@NullMarked
package dev.molink.stagenode.pipeline;

import org.jspecify.annotations.NullMarked;
