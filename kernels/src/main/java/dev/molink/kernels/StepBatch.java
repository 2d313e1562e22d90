package dev.molink.kernels;

import java.util.Arrays;
import java.util.List;

/**
 * Host-side description of one step: rows of several sequences, several tokens each, and where each sequence keeps its
 * keys and values. It is filled, handed to {@link TensorOps#begin}, and may be filled again after
 * {@link TensorOps#synchronize()}; its arrays grow to the largest step and are then reused.
 *
 * <p>Rows of one sequence stand together in rising positions. The keys and values of position {@code p} lie in slot
 * {@code p % 16} of block {@code blockTable[p / 16]}. A row attends to all positions of its sequence up to its own.
 */
public final class StepBatch {

    private int rows;
    private int[] tokenIds = new int[16];
    private int[] positions = new int[16];
    private int[] rowSequences = new int[16];

    private int sequences;
    private int[] tableStarts = new int[16];
    private int blocks;
    private int[] blockIds = new int[64];

    private int selected;
    private int[] selectedRows = new int[16];

    /** Empties the batch and keeps its arrays. */
    public void clear() {
        rows = 0;
        sequences = 0;
        blocks = 0;
        selected = 0;
    }

    /**
     * Adds a sequence; the rows added next belong to it.
     *
     * @param blockTable ids of its KV blocks in order of position; copied
     */
    public void addSequence(List<Integer> blockTable) {
        tableStarts = grown(tableStarts, sequences + 1);
        blockIds = grown(blockIds, blocks + blockTable.size());
        tableStarts[sequences++] = blocks;
        for (int i = 0; i < blockTable.size(); i++) {
            blockIds[blocks++] = blockTable.get(i);
        }
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
        int tableBlocks = blocks - tableStarts[sequences - 1];
        if (position < 0 || position / KvCacheShape.BLOCK_TOKENS >= tableBlocks) {
            throw new IllegalArgumentException("position %d is outside the sequence's %d KV blocks of %d tokens"
                    .formatted(position, tableBlocks, KvCacheShape.BLOCK_TOKENS));
        }
        tokenIds = grown(tokenIds, rows + 1);
        positions = grown(positions, rows + 1);
        rowSequences = grown(rowSequences, rows + 1);
        tokenIds[rows] = tokenId;
        positions[rows] = position;
        rowSequences[rows] = sequences - 1;
        rows++;
    }

    /** Marks the row that was added last as one whose logits are wanted. */
    public void selectRow() {
        selectedRows = grown(selectedRows, selected + 1);
        selectedRows[selected++] = rows - 1;
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

    /** Row of the {@code index}-th wanted logits. */
    public int selectedRow(int index) {
        return selectedRows[index];
    }

    /** Id of the block that holds position {@code 16 · blockIndex} of the row's sequence. */
    public int blockId(int row, int blockIndex) {
        return blockIds[tableStarts[rowSequences[row]] + blockIndex];
    }

    private static int[] grown(int[] array, int needed) {
        return needed <= array.length ? array : Arrays.copyOf(array, Math.max(needed, 2 * array.length));
    }
}
