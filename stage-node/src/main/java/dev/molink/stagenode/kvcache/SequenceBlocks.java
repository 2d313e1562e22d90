package dev.molink.stagenode.kvcache;

import org.jspecify.annotations.Nullable;

/**
 * The blocks of one admitted sequence: the handle with which its {@link KvPool} is asked for more, and which is of no use
 * after {@link KvPool#release}.
 */
public final class SequenceBlocks {

    private final long sequenceId;
    private final PrefixChain chain;
    private final BlockTable[] tables;
    private int confirmedTokens;

    /** Whose blocks these are; null after they were given back. */
    private @Nullable KvPool pool;

    SequenceBlocks(KvPool pool, long sequenceId, PrefixChain chain, BlockTable[] tables, int confirmedTokens) {
        this.pool = pool;
        this.sequenceId = sequenceId;
        this.chain = chain;
        this.tables = tables;
        this.confirmedTokens = confirmedTokens;
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

    /** The first place of the block table in a group that was not trimmed. */
    public int firstKept(int kvGroup) {
        return tables[kvGroup].firstKept();
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

    boolean isOf(KvPool asked) {
        return pool == asked;
    }

    PrefixChain chain() {
        return chain;
    }

    BlockTable[] tables() {
        return tables;
    }

    /** Positions that all tables have blocks for. */
    int capacity() {
        int places = Integer.MAX_VALUE / KvPool.BLOCK_TOKENS;
        for (BlockTable table : tables) {
            places = Math.min(places, table.endWithTail());
        }
        return places * KvPool.BLOCK_TOKENS;
    }

    void confirmed(int tokens) {
        confirmedTokens = tokens;
    }

    void released() {
        pool = null;
    }
}
