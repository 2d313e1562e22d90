package dev.molink.kernels;

/** Buffers of one worker thread; they grow to the largest operation and stay. */
final class Scratch {

    /** 16 partial sums of one dot product or sum. */
    final float[] sums = new float[FloatMath.LANES];

    private float[] row = new float[0];
    private float[] partialSums = new float[0];
    private float[] scores = new float[0];

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

    /** Attention scores; doubles, because a context grows by one token a step. */
    float[] scores(int elements) {
        if (scores.length < elements) {
            scores = new float[Math.max(elements, 2 * scores.length)];
        }
        return scores;
    }
}
