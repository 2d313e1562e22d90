package dev.molink.stagenode.plan;

import java.util.List;

/**
 * What happens to block tables and blocks before the step's rows are computed, in this order.
 *
 * @param trims leading blocks that sequences no longer use
 * @param appends growth of tables
 * @param copies blocks that are copied
 */
public record BlockChanges(List<BlockTrim> trims, List<BlockAppend> appends, List<BlockCopy> copies) {

    public static final BlockChanges NONE = new BlockChanges(List.of(), List.of(), List.of());

    public BlockChanges {
        trims = List.copyOf(trims);
        appends = List.copyOf(appends);
        copies = List.copyOf(copies);
    }

    public static BlockChanges appending(List<BlockAppend> appends) {
        return new BlockChanges(List.of(), appends, List.of());
    }
}
