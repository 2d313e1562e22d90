package dev.molink.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Buffers of one worker thread; they grow to the largest operation and stay. */
final class Scratch {

    private static final long ALIGNMENT = 64;

    /** 16 partial sums of one dot product or sum. */
    final float[] sums = new float[FloatMath.LANES];

    final AttentionTile tile = new AttentionTile();

    private float[] row = new float[0];
    private float[] partialSums = new float[0];
    private float[] scores = new float[0];
    private MemorySegment kvBlock = MemorySegment.NULL;

    /** Decoded weights. */
    float[] row(int elements) {
        if (row.length < elements) {
            row = new float[elements];
        }
        return row;
    }

    /** Partial sums of the dot products in flight. */
    float[] partialSums(int elements) {
        if (partialSums.length < elements) {
            partialSums = new float[elements];
        }
        return partialSums;
    }

    /** A KV block of one head, decoded to f32. */
    MemorySegment kvBlock(int elements) {
        long bytes = (long) elements * Float.BYTES;
        if (kvBlock.byteSize() < bytes) {
            kvBlock = Arena.ofAuto().allocate(bytes, ALIGNMENT);
        }
        return kvBlock;
    }

    /** Attention scores; doubles, because a context grows by one token a step. */
    float[] scores(int elements) {
        if (scores.length < elements) {
            scores = new float[Math.max(elements, 2 * scores.length)];
        }
        return scores;
    }
}
