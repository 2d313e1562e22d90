package dev.molink.kernels;

/**
 * Size of a paged KV cache.
 *
 * @param layers layers that share the block ids; each has keys and values of its own in every block
 * @param blocks blocks per layer, ids {@code 0 … blocks − 1}
 * @param kvHeads key/value heads per layer
 * @param headWidth elements of one key and of one value
 * @param dtype how keys and values are stored
 */
public record KvCacheShape(int layers, int blocks, int kvHeads, int headWidth, DType dtype) {

    /** Tokens that one block holds. */
    public static final int BLOCK_TOKENS = 16;

    public KvCacheShape {
        if (layers < 1 || blocks < 0 || kvHeads < 1 || headWidth < 1) {
            throw new IllegalArgumentException("KV cache of %d layers, %d blocks, %d heads of width %d holds nothing"
                    .formatted(layers, blocks, kvHeads, headWidth));
        }
    }

    /** Bytes that one block takes over all layers, keys and values together. */
    public long bytesPerBlock() {
        return 2L * layers * dtype.bytes((long) BLOCK_TOKENS * kvHeads * headWidth);
    }
}
