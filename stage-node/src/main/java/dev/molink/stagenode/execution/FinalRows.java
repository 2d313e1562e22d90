package dev.molink.stagenode.execution;

import java.lang.foreign.MemorySegment;

/** Takes the rows of a step's hidden state as they become final: in order, without gaps, each row once. */
@FunctionalInterface
public interface FinalRows {

    /**
     * @param firstRow row of the plan with which {@code values} begins
     * @param values {@code [rows, hiddenSize]} f32, little-endian, row-major; to be copied before the call returns, which
     *     is also when the executor goes on computing
     */
    void ready(int hiddenSize, int firstRow, MemorySegment values);
}
