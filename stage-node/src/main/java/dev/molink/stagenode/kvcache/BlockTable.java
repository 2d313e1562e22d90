package dev.molink.stagenode.kvcache;

import dev.molink.stagenode.plan.BlockAppend;
import dev.molink.stagenode.plan.BlockCopy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one sequence in one KV group by place: {@code [0, firstHeld)} are given back or were never there,
 * {@code [firstHeld, firstKept)} are trimmed but still held because steps in flight may use them, {@code [firstKept,
 * end)} are in use.
 */
final class BlockTable {

    private static final int LEAST_PLACES = 8;

    private final GroupBlocks group;
    private int[] ids;
    private int end;
    private int firstKept;
    private int firstHeld;

    /**
     * Of a branch: the block that holds the positions before its first own row in part. It is in no table of the branch
     * yet, and is copied or taken over when the branch grows.
     */
    private int tail = GroupBlocks.NONE;

    /** The tail after it was copied, held until a confirmation shows that the copy was made. */
    private int copied = GroupBlocks.NONE;

    /** A table that begins with {@code skipped} places without a block and has room for {@code places} in all. */
    BlockTable(GroupBlocks group, int skipped, int places) {
        this.group = group;
        ids = new int[Math.max(places, skipped)];
        end = skipped;
        firstKept = skipped;
        firstHeld = skipped;
    }

    /** One past the last place. */
    int end() {
        return end;
    }

    /** One past the last place that has a block, be it the tail. */
    int endWithTail() {
        return tail == GroupBlocks.NONE ? end : end + 1;
    }

    int firstKept() {
        return firstKept;
    }

    int at(int place) {
        return ids[place];
    }

    /** Blocks from a place on, as a plan appends them; null if there are none. */
    @Nullable
    BlockAppend appendedFrom(int place, long sequenceId, int kvGroup) {
        if (place == end) {
            return null;
        }
        List<Integer> appended = new ArrayList<>(end - place);
        for (int i = place; i < end; i++) {
            appended.add(ids[i]);
        }
        return new BlockAppend(sequenceId, kvGroup, appended);
    }

    /** Appends a block that others hold too, or that is cached. */
    void share(int id) {
        group.share(id);
        append(id);
    }

    /** Appends fresh blocks up to a place; there are enough. */
    void takeUpTo(int places) {
        while (end < places) {
            append(group.take());
        }
    }

    private void append(int id) {
        if (end == ids.length) {
            ids = Arrays.copyOf(ids, Math.max(LEAST_PLACES, end + end / 2));
        }
        ids[end++] = id;
    }

    /** Blocks of the group that {@link #grow} takes. */
    int missing(int places) {
        int missing = Math.max(0, places - end);
        return missing > 0 && takesTailOver() ? missing - 1 : missing;
    }

    /** Places that {@link #grow} could reach now. */
    long room() {
        return (long) end + group.available() + (takesTailOver() ? 1 : 0);
    }

    /** Whether nobody else holds the tail any more, be it the prefix cache. */
    private boolean takesTailOver() {
        return tail != GroupBlocks.NONE && group.references(tail) == 1 && group.name(tail) == null;
    }

    /** Appends up to a place; copies that this needs are added to {@code copies}. */
    void grow(int places, int kvGroup, List<BlockCopy> copies) {
        if (places > end && tail != GroupBlocks.NONE) {
            appendTail(kvGroup, copies);
        }
        takeUpTo(places);
    }

    private void appendTail(int kvGroup, List<BlockCopy> copies) {
        int shared = tail;
        if (takesTailOver()) {
            append(shared);
        } else {
            append(group.take());
            copies.add(new BlockCopy(kvGroup, shared, ids[end - 1]));
            copied = shared;
        }
        tail = GroupBlocks.NONE;
    }

    /** Whether all is there that a row at {@code position} looks at before it. */
    boolean hasAllBefore(int position) {
        int needed = group.firstNeeded(position);
        return needed == KvPool.blocksFor(position) || firstHeld <= needed;
    }

    /** A table that shares what a row at {@code position} looks at before it. */
    BlockTable branch(int position) {
        int full = position / KvPool.BLOCK_TOKENS;
        BlockTable branch = new BlockTable(group, group.firstNeeded(position), full + 1);
        while (branch.end < full) {
            branch.share(ids[branch.end]);
        }
        if (position > full * KvPool.BLOCK_TOKENS) {
            // a table that is a branch itself, and has not grown, has the block as its tail
            branch.tail = full < end ? ids[full] : tail;
            group.share(branch.tail);
        }
        return branch;
    }

    /** The full block at a place, whose contents are confirmed, may be shared under that name. */
    void name(int place, ChainHash name) {
        if (place >= firstHeld) {
            group.name(ids[place], name);
        }
    }

    /** Cuts what rows from {@code position} on do not look at; false if there is nothing. */
    boolean trim(int position) {
        int place = group.firstNeeded(position);
        if (place <= firstKept) {
            return false;
        }
        firstKept = place;
        return true;
    }

    /** Whether all that rows from {@code position} on do not look at was trimmed. */
    boolean isTrimmed(int position) {
        return group.firstNeeded(position) <= firstKept;
    }

    /** Gives back what rows from {@code position} on do not look at. */
    void reclaim(int position, Names names) {
        for (int place = group.firstNeeded(position); firstHeld < place; firstHeld++) {
            letGo(firstHeld, names);
        }
    }

    void release(Names names) {
        // the tail hangs on the blocks of the table, and so has to be less recently used
        letCopiedGo(names);
        if (tail != GroupBlocks.NONE) {
            group.letGo(tail);
        }
        for (int place = end - 1; place >= firstHeld; place--) {
            letGo(place, names);
        }
    }

    private void letGo(int place, Names names) {
        if (place < names.count()) {
            group.letGo(ids[place], names.at(place));
        } else {
            group.letGo(ids[place]);
        }
    }

    /** Gives back what was copied; it hangs on the blocks that have the names. */
    void letCopiedGo(Names names) {
        if (copied == GroupBlocks.NONE) {
            return;
        }
        group.letGo(copied);
        copied = GroupBlocks.NONE;
        for (int place = names.count() - 1; place >= 0; place--) {
            group.touch(names.at(place));
        }
    }

    /** Adds one for each block that is held, at its id. */
    void countHeld(int[] holders) {
        for (int place = firstHeld; place < end; place++) {
            holders[ids[place]]++;
        }
        for (int id : new int[] {tail, copied}) {
            if (id != GroupBlocks.NONE) {
                holders[id]++;
            }
        }
    }

    /** The names of a sequence's leading full blocks whose contents are confirmed. */
    interface Names {

        int count();

        ChainHash at(int place);
    }
}
