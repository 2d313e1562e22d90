package dev.molink.stagenode.link;

import java.lang.foreign.MemorySegment;

/**
 * A hidden state that arrived whole.
 *
 * @param values {@code [rows, hiddenSize]} f32, little-endian, row-major; the receiver's own memory
 */
public record HiddenState(long epoch, long stepId, int rows, int hiddenSize, MemorySegment values) {}
