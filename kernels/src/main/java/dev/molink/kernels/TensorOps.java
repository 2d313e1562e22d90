package dev.molink.kernels;

import java.lang.foreign.MemorySegment;

/**
 * The operations of a decoder on one device. Operations are enqueued in order and may still run when the call returns:
 * what the host hands in by reference must stay unchanged, and what it reads is valid, only after
 * {@link #synchronize()}. One thread at a time uses an instance, like one CUDA stream.
 *
 * <p>Results do not depend on what else is in the batch, on the number of worker threads, or on how long the process
 * has run: a dot product over {@code n} elements keeps 16 partial sums, sum {@code l} taking the elements {@code i}
 * with {@code i mod 16 = l} by fused multiply-add in rising order, and folds them with {@code s[l] += s[l + w]} for
 * {@code w = 8, 4, 2, 1}. Only with a bf16 {@link #matrix} it is summed in order: each 256 elements from zero by fused
 * multiply-add, then these sums; and a score of attention sums even and odd elements apart, each in order. All CPU providers agree on every bit.
 *
 * <p>Shapes are checked when weights are handed in; a violated shape is an {@link IllegalArgumentException}. Once the
 * buffers have grown to the largest step, no operation allocates on the heap.
 */
public interface TensorOps extends AutoCloseable {

    /** Provider, device and width for logs, as {@code vector (512 bit), threads: 8}. */
    String description();

    /**
     * Takes the stored weights {@code [rows, columns]} of matrix products, for {@link Linear}. As {@link #weights}, but a
     * CPU backend may copy them into an order that it multiplies faster; see {@link #copies}.
     */
    Tensor matrix(MemorySegment data, DType dtype, int rows, int columns);

    /** Whether {@link #matrix} copies weights of a type, so that they take memory beside their mapped file. */
    boolean copies(DType dtype);

    /**
     * Takes stored weights {@code [rows, columns]}. A CPU backend reads them where they lie for as long as it lives (the
     * segment must be reachable from every thread and outlive this object); a device copies them.
     *
     * @param data native memory, usually of a mapped file; at least {@code rows · dtype.bytes(columns)} bytes, any
     *     alignment
     */
    Tensor weights(MemorySegment data, DType dtype, int rows, int columns);

    /** Makes an f32 activation {@code [rows, columns]}, zero-filled. */
    Tensor activation(int rows, int columns);

    /** Makes a zero-filled KV cache. */
    KvCache kvCache(KvCacheShape shape);

    /** Copies a whole block, keys and values of all layers. */
    void copyBlock(KvCache cache, int sourceBlock, int targetBlock);

    /** Copies the leading {@code rows · columns} f32 values from {@code source} to {@code target}. */
    void copyFromHost(MemorySegment source, Tensor target, int rows);

    /** Copies the leading {@code rows} rows as f32 to {@code target}. */
    void copyToHost(Tensor source, int rows, MemorySegment target);

    /** Makes {@code batch} the step that the following operations work on. */
    void begin(StepBatch batch);

    /**
     * Writes the embedding of each row's token id.
     *
     * @param table {@code [vocabulary, hiddenSize]}, read
     * @param hidden {@code [batch rows or more, hiddenSize]} f32, written
     */
    void embed(Tensor table, Tensor hidden);

    /**
     * Normalises the hidden state, multiplies it with the query, key and value weights, applies biases, head norms and
     * rotation, and writes keys and values into their slots of {@code layer}.
     *
     * @param hidden {@code [rows, hiddenSize]} f32, read
     * @param rotary {@code [rows, rotaryWidth]} f32, read: {@code rotaryWidth / 2} cosines, then as many sines, for the
     *     position of each row; see {@link Rotary}
     * @param queries {@code [rows, heads · headWidth]} f32, written
     */
    void projectQueriesKeysValues(
            AttentionWeights weights, Tensor hidden, Tensor rotary, KvCache cache, int layer, Tensor queries);

    /**
     * Causal attention of each row over the cached positions of its sequence, its own included; of a group with a
     * window over the last {@code windowTokens} positions, and those that fell out of it are not even read.
     *
     * @param queries {@code [rows, heads · headWidth]} f32, read
     * @param attended {@code [rows, heads · headWidth]} f32, written
     */
    void attend(AttentionShape shape, Tensor queries, KvCache cache, int layer, Tensor attended);

    /**
     * {@code hidden += projection(input)}.
     *
     * @param input {@code [rows, inputs]} f32, read
     * @param hidden {@code [rows, outputs]} f32, read and written
     */
    void addProjection(Linear projection, Tensor input, Tensor hidden);

    /**
     * {@code hidden += mlp(hidden)}, norm included.
     *
     * @param hidden {@code [rows, hiddenSize]} f32, read and written
     */
    void addGatedMlp(GatedMlpWeights weights, Tensor hidden);

    /**
     * Normalises the batch's selected rows and multiplies them with the language-model head.
     *
     * @param hidden {@code [rows, hiddenSize]} f32, read
     * @param logits {@code [selected rows or more, vocabulary]} f32, written in the order of selection
     */
    void projectLogits(RmsNorm norm, Linear head, Tensor hidden, Tensor logits);

    /** Waits until everything enqueued so far is done, and reports what failed. */
    void synchronize();

    /** Releases every tensor and thread. */
    @Override
    void close();
}
