package dev.molink.stagenode.execution;

import java.util.Arrays;
import java.util.List;

/** KV blocks of one sequence in one KV group, in order of position; leading ones may have been dropped. */
final class BlockTable {

    private int[] ids = new int[8];
    private int count;
    private int first;

    /** Leading blocks that were dropped: the number of the first block kept. */
    int first() {
        return first;
    }

    /** The number behind that of the last block. */
    int end() {
        return first + count;
    }

    /** Ids of the {@code end() − first()} blocks kept, from the start of the array. */
    int[] ids() {
        return ids;
    }

    void append(List<Integer> blockIds) {
        int needed = count + blockIds.size();
        if (needed > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(needed, 2 * ids.length));
        }
        for (int i = 0; i < blockIds.size(); i++) {
            ids[count + i] = blockIds.get(i);
        }
        count = needed;
    }

    /** Drops the blocks before {@code firstKept}; of an empty table, its first block will stand there. */
    void trim(int firstKept) {
        int dropped = Math.min(firstKept - first, count);
        count -= dropped;
        System.arraycopy(ids, dropped, ids, 0, count);
        first = firstKept;
    }
}
