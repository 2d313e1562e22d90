package dev.molink.stagenode.execution;

import java.lang.foreign.MemorySegment;

/**
 * What a stage hands on: a view of memory that belongs to the executor. The next {@code execute} overwrites the memory
 * and may return the same object with other contents. Values are f32, little-endian, row-major, without padding.
 */
public sealed interface StageOutput {

    /** Rows in {@link #values()}; may be 0. */
    int rows();

    MemorySegment values();

    /** Hidden states {@code [rows, hiddenSize]} for the next stage, one row per token of the plan. */
    final class Hidden implements StageOutput {

        private final int hiddenSize;
        private MemorySegment values;
        private int rows;

        public Hidden(MemorySegment values, int rows, int hiddenSize) {
            this.values = values;
            this.rows = rows;
            this.hiddenSize = hiddenSize;
        }

        Hidden showing(MemorySegment newValues, int newRows) {
            values = newValues;
            rows = newRows;
            return this;
        }

        @Override
        public MemorySegment values() {
            return values;
        }

        @Override
        public int rows() {
            return rows;
        }

        public int hiddenSize() {
            return hiddenSize;
        }
    }

    /** Logits {@code [rows, vocabularySize]} of the last stage, in the order of the plan's rows. */
    final class Logits implements StageOutput {

        private final int vocabularySize;
        private MemorySegment values;
        private int rows;
        private int[] planRows;

        /** @param planRows at least {@code rows} entries; see {@link #planRow} */
        public Logits(MemorySegment values, int rows, int vocabularySize, int[] planRows) {
            this.values = values;
            this.rows = rows;
            this.vocabularySize = vocabularySize;
            this.planRows = planRows;
        }

        Logits showing(MemorySegment newValues, int newRows, int[] newPlanRows) {
            values = newValues;
            rows = newRows;
            planRows = newPlanRows;
            return this;
        }

        @Override
        public MemorySegment values() {
            return values;
        }

        @Override
        public int rows() {
            return rows;
        }

        public int vocabularySize() {
            return vocabularySize;
        }

        /** The row of the plan's activation that the {@code index}-th row of logits was computed from; rising. */
        public int planRow(int index) {
            return planRows[index];
        }
    }
}
