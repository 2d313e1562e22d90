package dev.molink.stagenode.kvcache;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one admitted sequence: the handle with which its {@link KvPool} is asked for more, and which is of no use
 * after {@link KvPool#release}.
 */
public final class SequenceBlocks {

    private final long sequenceId;
    private final PrefixChain chain;
    private final BlockTable[] tables;

    /**
     * Of a branch, by group: the block that holds the positions before its first own row in part; it is in no table of
     * the branch yet, and is copied or taken over when the branch grows.
     */
    private final int[] tails;

    /** By group: the tail after it was copied, held until a confirmation shows that the copy was made. */
    private final int[] copied;

    private int confirmedTokens;

    /** Whose blocks these are; null before and after. */
    private @Nullable KvPool pool;

    SequenceBlocks(long sequenceId, PrefixChain chain, BlockTable[] tables, int confirmedTokens) {
        this.sequenceId = sequenceId;
        this.chain = chain;
        this.tables = tables;
        this.confirmedTokens = confirmedTokens;
        this.tails = none(tables.length);
        this.copied = none(tables.length);
    }

    private static int[] none(int groups) {
        int[] blocks = new int[groups];
        Arrays.fill(blocks, GroupBlocks.NONE);
        return blocks;
    }

    public long sequenceId() {
        return sequenceId;
    }

    /** Leading positions whose keys and values are known to be in the blocks. */
    public int confirmedTokens() {
        return confirmedTokens;
    }

    /** Places of the block table in a group, given-back ones included. */
    public int places(int kvGroup) {
        return tables[kvGroup].end();
    }

    /** The block at a place that has one: from {@link #firstKept} up to {@link #places}. */
    public int block(int kvGroup, int place) {
        BlockTable table = tables[kvGroup];
        if (place < table.firstKept() || place >= table.end()) {
            throw new IndexOutOfBoundsException("sequence %d has blocks at places %d to %d of KV group %d, not at %d"
                    .formatted(sequenceId, table.firstKept(), table.end() - 1, kvGroup, place));
        }
        return table.at(place);
    }

    /** The first place of the block table in a group that was not trimmed. */
    public int firstKept(int kvGroup) {
        return tables[kvGroup].firstKept();
    }

    @Nullable
    KvPool pool() {
        return pool;
    }

    void pool(@Nullable KvPool owner) {
        pool = owner;
    }

    PrefixChain chain() {
        return chain;
    }

    BlockTable table(int kvGroup) {
        return tables[kvGroup];
    }

    int tail(int kvGroup) {
        return tails[kvGroup];
    }

    void tail(int kvGroup, int block) {
        tails[kvGroup] = block;
    }

    int copied(int kvGroup) {
        return copied[kvGroup];
    }

    void copied(int kvGroup, int block) {
        copied[kvGroup] = block;
    }

    void confirmed(int tokens) {
        confirmedTokens = tokens;
    }

    /** Adds one for each block that is held in the group, at its id. */
    void countHeld(int kvGroup, int[] holders) {
        BlockTable table = tables[kvGroup];
        for (int place = table.firstHeld(); place < table.end(); place++) {
            holders[table.at(place)]++;
        }
        if (tails[kvGroup] != GroupBlocks.NONE) {
            holders[tails[kvGroup]]++;
        }
        if (copied[kvGroup] != GroupBlocks.NONE) {
            holders[copied[kvGroup]]++;
        }
    }
}
