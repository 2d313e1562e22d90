package dev.molink.stagenode.simulation;

import dev.molink.stagenode.execution.StageOutput;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows of logits {@code [rows, vocabularySize]}, f32, with one peak each, so high that greedy and random sampling alike
 * take it. Moving the peaks is all that a step costs.
 */
final class PeakedLogits {

    private static final float PEAK = 40;
    private static final int LEAST_ROWS = 16;
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int vocabularySize;
    private MemorySegment memory = MemorySegment.NULL;
    private int[] peaks = new int[0];
    private int[] planRows = new int[0];
    private int rows;

    PeakedLogits(int vocabularySize) {
        this.vocabularySize = vocabularySize;
    }

    /** Begins a step. */
    void clear() {
        rows = 0;
    }

    /** Adds a row that is computed from row {@code planRow} of the plan and whose peak is {@code tokenId}. */
    void add(int planRow, int tokenId) {
        if (rows == peaks.length) {
            grow();
        }
        long row = (long) rows * vocabularySize;
        memory.setAtIndex(FLOAT, row + peaks[rows], 0);
        memory.setAtIndex(FLOAT, row + tokenId, PEAK);
        peaks[rows] = tokenId;
        planRows[rows] = planRow;
        rows++;
    }

    private void grow() {
        int capacity = Math.max(LEAST_ROWS, 2 * rows);
        MemorySegment larger = Arena.ofAuto().allocate((long) capacity * vocabularySize * Float.BYTES, Float.BYTES);
        MemorySegment.copy(memory, 0, larger, 0, memory.byteSize());
        memory = larger;
        peaks = Arrays.copyOf(peaks, capacity);
        planRows = Arrays.copyOf(planRows, capacity);
    }

    int rows() {
        return rows;
    }

    StageOutput.Logits output() {
        long bytes = (long) rows * vocabularySize * Float.BYTES;
        return new StageOutput.Logits(memory.asSlice(0, bytes), rows, vocabularySize, planRows);
    }
}
