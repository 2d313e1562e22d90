package dev.molink.stagenode.execution;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Block tables by sequence id and KV group. Ids stand sorted: a look-up allocates nothing, as boxed keys would, and
 * sequences come and go far more rarely than they are looked up.
 */
final class SequenceTables {

    private final int kvGroups;
    private int count;
    private long[] ids = new long[16];
    private BlockTable[][] tables = new BlockTable[16][];

    SequenceTables(int kvGroups) {
        this.kvGroups = kvGroups;
    }

    int sequences() {
        return count;
    }

    /** The table of a sequence in a KV group, null if the sequence is unknown. */
    @Nullable
    BlockTable find(long sequenceId, int kvGroup) {
        int at = Arrays.binarySearch(ids, 0, count, sequenceId);
        return at < 0 ? null : tables[at][kvGroup];
    }

    /** The table of a sequence in a KV group; an unknown sequence gets empty ones. */
    BlockTable findOrAdd(long sequenceId, int kvGroup) {
        int at = Arrays.binarySearch(ids, 0, count, sequenceId);
        return at < 0 ? insert(-at - 1, sequenceId)[kvGroup] : tables[at][kvGroup];
    }

    private BlockTable[] insert(int at, long sequenceId) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
            tables = Arrays.copyOf(tables, 2 * count);
        }
        System.arraycopy(ids, at, ids, at + 1, count - at);
        System.arraycopy(tables, at, tables, at + 1, count - at);
        BlockTable[] added = new BlockTable[kvGroups];
        Arrays.setAll(added, _ -> new BlockTable());
        ids[at] = sequenceId;
        tables[at] = added;
        count++;
        return added;
    }

    /** Forgets a sequence; an unknown one is none. */
    void remove(long sequenceId) {
        int at = Arrays.binarySearch(ids, 0, count, sequenceId);
        if (at >= 0) {
            count--;
            System.arraycopy(ids, at + 1, ids, at, count - at);
            System.arraycopy(tables, at + 1, tables, at, count - at);
        }
    }
}
