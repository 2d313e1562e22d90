package dev.molink.kernels;

/**
 * Sizes of one attention layer. Query head {@code h} reads key/value head {@code h / (heads / kvHeads)}.
 *
 * @param scale factor on every score before the softmax, usually {@code 1 / sqrt(headWidth)}
 * @param rotaryWidth leading elements of each query and key that are rotated; even, 0 for none
 */
public record AttentionShape(
        int heads, int kvHeads, int headWidth, float scale, int rotaryWidth, PairLayout pairLayout) {

    public AttentionShape {
        if (heads < 1 || kvHeads < 1 || headWidth < 1 || heads % kvHeads != 0) {
            throw new IllegalArgumentException(
                    "%d heads of width %d cannot share %d key/value heads".formatted(heads, headWidth, kvHeads));
        }
        if (rotaryWidth < 0 || rotaryWidth > headWidth || rotaryWidth % 2 != 0) {
            throw new IllegalArgumentException(
                    "rotary width %d is not an even number within 0…%d".formatted(rotaryWidth, headWidth));
        }
    }

    /** Columns of the query matrix and of the attention's output. */
    public int queryColumns() {
        return heads * headWidth;
    }

    /** Columns of the key matrix, and of the value matrix. */
    public int keyColumns() {
        return kvHeads * headWidth;
    }
}
