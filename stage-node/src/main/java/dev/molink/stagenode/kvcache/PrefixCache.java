package dev.molink.stagenode.kvcache;

import java.util.List;

/** What sequences begin with: cached blocks as far as they go, fresh ones behind. */
final class PrefixCache {

    private final List<GroupBlocks> groups;
    private final BlockHasher hasher;

    PrefixCache(List<GroupBlocks> groups, BlockHasher hasher) {
        this.groups = groups;
        this.hasher = hasher;
    }

    /**
     * Blocks of the longest prefix that every group still has what is needed of: the whole prefix, or the part that lies
     * in the window before the first row to compute. At least one token is left to compute.
     */
    int longestHit(Candidate candidate) {
        int[] unbroken = new int[groups.size()];
        int most = Math.min(candidate.tokens() - 1, candidate.reusableTokens()) / KvPool.BLOCK_TOKENS;
        int longest = 0;
        for (int length = 1; length <= most; length++) {
            ChainHash name = candidate.chain().link(length - 1, hasher);
            boolean hit = true;
            for (int g = 0; g < unbroken.length; g++) {
                GroupBlocks group = groups.get(g);
                unbroken[g] = group.find(name) == GroupBlocks.NONE ? 0 : unbroken[g] + 1;
                if (unbroken[g] == 0 && !group.isWindow()) {
                    return longest;
                }
                hit &= unbroken[g] >= length - group.firstNeeded(length * KvPool.BLOCK_TOKENS);
            }
            longest = hit ? length : longest;
        }
        return longest;
    }

    /** Whether every group has the blocks that {@link #take} takes, and {@code spareBlocks} more. */
    boolean suffices(Candidate candidate, int cached, int spareBlocks) {
        for (GroupBlocks group : groups) {
            int taken = firstPlaces(group, candidate, cached) - cached + revived(group, candidate, cached);
            if (taken > group.available() - spareBlocks) {
                return false;
            }
        }
        return true;
    }

    /** Blocks of a hit that nobody holds, and that count as free so far. */
    private int revived(GroupBlocks group, Candidate candidate, int cached) {
        int revived = 0;
        for (int place = group.firstNeeded(cached * KvPool.BLOCK_TOKENS); place < cached; place++) {
            int id = group.find(candidate.chain().link(place, hasher));
            revived += group.references(id) == 0 ? 1 : 0;
        }
        return revived;
    }

    private static int firstPlaces(GroupBlocks group, Candidate candidate, int cached) {
        int places = KvPool.blocksFor(candidate.tokens());
        return group.isWindow()
                ? Math.min(places, Math.max(KvPool.blocksFor(group.windowTokens()), cached + 1))
                : places;
    }

    /** The tables of a sequence whose first {@code cached} blocks are a hit. */
    BlockTable[] take(Candidate candidate, int cached) {
        BlockTable[] tables = new BlockTable[groups.size()];
        for (int g = 0; g < tables.length; g++) {
            GroupBlocks group = groups.get(g);
            int places = firstPlaces(group, candidate, cached);
            BlockTable table = new BlockTable(group, group.firstNeeded(cached * KvPool.BLOCK_TOKENS), places);
            while (table.end() < cached) {
                table.share(group.find(candidate.chain().link(table.end(), hasher)));
            }
            table.takeUpTo(places);
            tables[g] = table;
        }
        return tables;
    }
}
