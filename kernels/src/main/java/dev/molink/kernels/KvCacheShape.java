package dev.molink.kernels;

/**
 * Size of the paged KV cache of one KV group: layers that keep the same positions and so share block ids.
 *
 * @param kvGroup the group's number, by which a {@link StepBatch} gives its block tables
 * @param windowTokens positions that a query sees, its own included; 0: all before it
 * @param layers layers of the group; each has keys and values of its own in every block
 * @param blocks blocks per layer, ids {@code 0 … blocks − 1}
 * @param kvHeads key/value heads per layer
 * @param headWidth elements of one key and of one value
 * @param dtype how keys and values are stored
 */
public record KvCacheShape(
        int kvGroup, int windowTokens, int layers, int blocks, int kvHeads, int headWidth, DType dtype) {

    /** Tokens that one block holds. */
    public static final int BLOCK_TOKENS = 16;

    public KvCacheShape {
        if (layers < 1 || blocks < 0 || kvHeads < 1 || headWidth < 1) {
            throw new IllegalArgumentException("KV cache of %d layers, %d blocks, %d heads of width %d holds nothing"
                    .formatted(layers, blocks, kvHeads, headWidth));
        }
        if (kvGroup < 0 || windowTokens < 0) {
            throw new IllegalArgumentException(
                    "KV group %d with a window of %d tokens cannot be".formatted(kvGroup, windowTokens));
        }
    }

    /** Of a model whose layers all see every position: its only KV group. */
    public static KvCacheShape full(int layers, int blocks, int kvHeads, int headWidth, DType dtype) {
        return new KvCacheShape(0, 0, layers, blocks, kvHeads, headWidth, dtype);
    }

    /** Bytes that one block takes over all layers, keys and values together. */
    public long bytesPerBlock() {
        return 2L * layers * dtype.bytes((long) BLOCK_TOKENS * kvHeads * headWidth);
    }

    /** The first position that a query at {@code position} sees. */
    public int firstSeen(int position) {
        return firstSeen(windowTokens, position);
    }

    /** The first position that a query at {@code position} sees through a window; 0 tokens: no window. */
    public static int firstSeen(int windowTokens, int position) {
        return windowTokens == 0 ? 0 : Math.max(0, position - windowTokens + 1);
    }
}
