package dev.molink.kernels;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Operands of one attention dispatch. Reused, one owner. */
final class Attention {

    private @Nullable AttentionShape shape;
    private @Nullable StepBatch batch;
    private @Nullable CpuKvCache cache;
    private int layer;
    private float[] queries = new float[0];
    private float[] attended = new float[0];

    void set(
            AttentionShape newShape,
            StepBatch newBatch,
            CpuKvCache newCache,
            int newLayer,
            float[] newQueries,
            float[] newAttended) {
        shape = newShape;
        batch = newBatch;
        cache = newCache;
        layer = newLayer;
        queries = newQueries;
        attended = newAttended;
    }

    AttentionShape shape() {
        return present(shape);
    }

    StepBatch batch() {
        return present(batch);
    }

    CpuKvCache cache() {
        return present(cache);
    }

    int layer() {
        return layer;
    }

    float[] queries() {
        return queries;
    }

    float[] attended() {
        return attended;
    }

    /** Keys and values as they are stored, of the layer. */
    MemorySegment keys() {
        return cache().keys(layer);
    }

    MemorySegment values() {
        return cache().values(layer);
    }

    int position(int row) {
        return batch().position(row);
    }

    /** The first position that a row sees. */
    int firstSeen(int row) {
        return cache().shape().firstSeen(batch().position(row));
    }

    /** Query heads that read one key/value head. */
    int group() {
        return shape().heads() / shape().kvHeads();
    }

    /** Index of a query head's first element in {@link #queries()} and {@link #attended()}. */
    int headOffset(int row, int head) {
        return (row * shape().heads() + head) * shape().headWidth();
    }

    /** Byte offset of a head's keys and of its values for the block of positions {@code 16 · blockIndex …}. */
    long blockOffset(int row, int blockIndex, int kvHead) {
        CpuKvCache current = cache();
        return current.headOffset(batch().blockId(current.shape().kvGroup(), row, blockIndex), kvHead);
    }

    private static <T> T present(@Nullable T operand) {
        if (operand == null) {
            throw new IllegalStateException("the attention operands were not set");
        }
        return operand;
    }
}
