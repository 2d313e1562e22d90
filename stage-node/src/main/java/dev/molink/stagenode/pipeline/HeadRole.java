package dev.molink.stagenode.pipeline;

import dev.molink.stagenode.engine.HeadListener;
import dev.molink.stagenode.engine.HeadSettings;
import dev.molink.stagenode.engine.StructureCompiler;

/**
 * What a node needs beyond its stage to be the head.
 *
 * @param listener takes the head's results
 * @param structures compiles what requests say of their texts
 */
public record HeadRole(HeadSettings settings, HeadListener listener, StructureCompiler structures) {}
