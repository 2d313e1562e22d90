package dev.molink.kernels;

import java.util.Arrays;
import java.util.List;

/**
 * Host-side description of one step: rows of several sequences, several tokens each, and where each sequence keeps its
 * keys and values. It is filled, handed to {@link TensorOps#begin}, and may be filled again after
 * {@link TensorOps#synchronize()}; its arrays grow to the largest step and are then reused.
 *
 * <p>Rows of one sequence stand together in rising positions. Each KV group has block tables of its own: the keys and
 * values of position {@code p} lie in slot {@code p % 16} of the sequence's block number {@code p / 16}, counted from
 * position 0. Leading blocks that fell out of a group's window may be missing. A row attends to the positions of its
 * sequence that the group's window holds, up to its own.
 */
public final class StepBatch {

    private final int kvGroups;

    private int rows;
    private int[] tokenIds = new int[16];
    private int[] positions = new int[16];
    private int[] rowSequences = new int[16];

    private int sequences;

    // One entry for each sequence and KV group. Block b of a table is blockIds[starts + b − firsts].
    private int[] tableStarts = new int[16];
    private int[] tableFirsts = new int[16];
    private int[] tableEnds = new int[16];

    private int blocks;
    private int[] blockIds = new int[64];

    private int selected;
    private int[] selectedRows = new int[16];

    /** A step of a model with one KV group. */
    public StepBatch() {
        this(1);
    }

    public StepBatch(int kvGroups) {
        this.kvGroups = kvGroups;
    }

    /** Empties the batch and keeps its arrays. */
    public void clear() {
        rows = 0;
        sequences = 0;
        blocks = 0;
        selected = 0;
    }

    /** Adds a sequence, with empty block tables; the tables and rows added next belong to it. */
    public void addSequence() {
        int end = (sequences + 1) * kvGroups;
        tableStarts = grown(tableStarts, end);
        tableFirsts = grown(tableFirsts, end);
        tableEnds = grown(tableEnds, end);
        for (int table = sequences * kvGroups; table < end; table++) {
            tableStarts[table] = blocks;
            tableFirsts[table] = 0;
            tableEnds[table] = 0;
        }
        sequences++;
    }

    /**
     * Adds a sequence of a model with one KV group; the rows added next belong to it.
     *
     * @param blockTable ids of its KV blocks in order of position; copied
     */
    public void addSequence(List<Integer> blockTable) {
        addSequence();
        blockIds = grown(blockIds, blocks + blockTable.size());
        for (int i = 0; i < blockTable.size(); i++) {
            blockIds[blocks + i] = blockTable.get(i);
        }
        place(0, 0, blockTable.size());
    }

    /**
     * Gives the sequence that was added last its block table in a KV group.
     *
     * @param firstBlock number of leading blocks that are missing
     * @param ids holds the ids of the blocks from {@code firstBlock} on; copied
     * @param count how many there are
     */
    public void addTable(int kvGroup, int firstBlock, int[] ids, int count) {
        blockIds = grown(blockIds, blocks + count);
        System.arraycopy(ids, 0, blockIds, blocks, count);
        place(kvGroup, firstBlock, count);
    }

    private void place(int kvGroup, int firstBlock, int count) {
        int table = (sequences - 1) * kvGroups + kvGroup;
        tableStarts[table] = blocks;
        tableFirsts[table] = firstBlock;
        tableEnds[table] = firstBlock + count;
        blocks += count;
    }

    /**
     * Adds the next row of the sequence that was added last.
     *
     * @param tokenId the id to embed; ignored by a step that does not embed
     */
    public void addRow(int tokenId, int position) {
        if (sequences == 0) {
            throw new IllegalStateException("a row was added before any sequence");
        }
        requireBlock(position);
        tokenIds = grown(tokenIds, rows + 1);
        positions = grown(positions, rows + 1);
        rowSequences = grown(rowSequences, rows + 1);
        tokenIds[rows] = tokenId;
        positions[rows] = position;
        rowSequences[rows] = sequences - 1;
        rows++;
    }

    private void requireBlock(int position) {
        int block = position / KvCacheShape.BLOCK_TOKENS;
        for (int group = 0; group < kvGroups; group++) {
            int table = (sequences - 1) * kvGroups + group;
            if (position < 0 || block < tableFirsts[table] || block >= tableEnds[table]) {
                throw new IllegalArgumentException("position %d is outside the sequence's %d KV blocks of %d tokens"
                        .formatted(position, tableEnds[table] - tableFirsts[table], KvCacheShape.BLOCK_TOKENS));
            }
        }
    }

    /** Marks the row that was added last as one whose logits are wanted. */
    public void selectRow() {
        selectedRows = grown(selectedRows, selected + 1);
        selectedRows[selected++] = rows - 1;
    }

    public int kvGroups() {
        return kvGroups;
    }

    public int rows() {
        return rows;
    }

    /** Rows whose logits are wanted. */
    public int selectedRows() {
        return selected;
    }

    public int tokenId(int row) {
        return tokenIds[row];
    }

    public int position(int row) {
        return positions[row];
    }

    /** Whether both rows belong to one sequence. */
    public boolean sameSequence(int row, int otherRow) {
        return rowSequences[row] == rowSequences[otherRow];
    }

    /** Row of the {@code index}-th wanted logits. */
    public int selectedRow(int index) {
        return selectedRows[index];
    }

    /** Leading blocks that the row's sequence no longer has in a KV group. */
    public int firstBlock(int kvGroup, int row) {
        return tableFirsts[rowSequences[row] * kvGroups + kvGroup];
    }

    /** Id of the block that holds position {@code 16 · blockIndex} of the row's sequence in a KV group. */
    public int blockId(int kvGroup, int row, int blockIndex) {
        int table = rowSequences[row] * kvGroups + kvGroup;
        assert blockIndex >= tableFirsts[table] && blockIndex < tableEnds[table];
        return blockIds[tableStarts[table] + blockIndex - tableFirsts[table]];
    }

    private static int[] grown(int[] array, int needed) {
        return needed <= array.length ? array : Arrays.copyOf(array, Math.max(needed, 2 * array.length));
    }
}
