package dev.molink.stagenode.execution;

import java.lang.foreign.MemorySegment;

/**
 * What a stage hands on. The memory belongs to the executor and is overwritten by its next {@code execute}; f32,
 * little-endian, row-major, without padding.
 */
public sealed interface StageOutput {

    /** Rows in {@link #values()}; may be 0. */
    int rows();

    MemorySegment values();

    /** Hidden states {@code [rows, hiddenSize]} for the next stage, one row per token of the plan. */
    record Hidden(MemorySegment values, int rows, int hiddenSize) implements StageOutput {}

    /** Logits {@code [rows, vocabularySize]} of the last stage, in the order of the plan's rows. */
    record Logits(MemorySegment values, int rows, int vocabularySize) implements StageOutput {}
}
