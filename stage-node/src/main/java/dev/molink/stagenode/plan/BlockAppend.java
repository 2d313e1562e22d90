package dev.molink.stagenode.plan;

import java.util.List;

/** KV blocks that are added behind a sequence's block table of one KV group, before the step runs. */
public record BlockAppend(long sequenceId, int kvGroup, List<Integer> blockIds) {

    public BlockAppend {
        blockIds = List.copyOf(blockIds);
    }
}
