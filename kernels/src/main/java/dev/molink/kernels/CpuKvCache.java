package dev.molink.kernels;

import static dev.molink.kernels.KvCacheShape.BLOCK_TOKENS;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Keys and values in main memory, f32 or bf16, which is rounded when it is written. A block of one head holds its keys as {@code [headWidth, 16]}, so that one vector
 * takes the same element of 16 positions, and its values as {@code [16, headWidth]}; in the machine's byte order.
 */
final class CpuKvCache implements KvCache {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

    private final KvCacheShape shape;
    private final boolean narrow;
    private final int elementBytes;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] keys;
    private final MemorySegment[] values;

    CpuKvCache(KvCacheShape shape) {
        if (shape.dtype() != DType.F32 && shape.dtype() != DType.BF16) {
            throw new IllegalArgumentException(
                    "KV cache type %s is not available on the CPU; it keeps F32 or BF16".formatted(shape.dtype()));
        }
        this.shape = shape;
        this.narrow = shape.dtype() == DType.BF16;
        this.elementBytes = shape.dtype().blockBytes();
        this.keys = new MemorySegment[shape.layers()];
        this.values = new MemorySegment[shape.layers()];
        long layerBytes = shape.bytesPerBlock() / (2L * shape.layers()) * shape.blocks();
        try {
            for (int layer = 0; layer < shape.layers(); layer++) {
                keys[layer] = ZeroedMemory.allocate(layerBytes, arena);
                values[layer] = ZeroedMemory.allocate(layerBytes, arena);
            }
        } catch (OutOfMemoryError e) {
            arena.close();
            throw new IllegalStateException(
                    "a KV cache of %d blocks takes %d bytes, more than the machine gives"
                            .formatted(shape.blocks(), shape.bytesPerBlock() * shape.blocks()),
                    e);
        }
    }

    @Override
    public KvCacheShape shape() {
        return shape;
    }

    /** Whether elements are bf16 rather than f32. */
    boolean narrow() {
        return narrow;
    }

    MemorySegment keys(int layer) {
        return keys[layer];
    }

    MemorySegment values(int layer) {
        return values[layer];
    }

    /** Byte offset of one head's part of a block, the same for keys and values. */
    long headOffset(int block, int kvHead) {
        return ((long) block * shape.kvHeads() + kvHead) * shape.headWidth() * BLOCK_TOKENS * elementBytes;
    }

    /** An element of a head's part of a block that starts at byte {@code block}. */
    float element(MemorySegment keysOrValues, long block, long index) {
        long at = block + index * elementBytes;
        return narrow ? Bf16.toFloat(keysOrValues.get(SHORT, at)) : keysOrValues.get(FLOAT, at);
    }

    void writeKey(int layer, int block, int slot, int kvHead, float[] source, int offset) {
        MemorySegment target = keys[layer];
        long first = headOffset(block, kvHead) + (long) slot * elementBytes;
        int width = shape.headWidth();
        if (narrow) {
            for (int d = 0; d < width; d++) {
                target.set(SHORT, first + (long) d * BLOCK_TOKENS * Short.BYTES, Bf16.fromFloat(source[offset + d]));
            }
        } else {
            for (int d = 0; d < width; d++) {
                target.set(FLOAT, first + (long) d * BLOCK_TOKENS * Float.BYTES, source[offset + d]);
            }
        }
    }

    void writeValue(int layer, int block, int slot, int kvHead, float[] source, int offset) {
        MemorySegment target = values[layer];
        int width = shape.headWidth();
        long first = headOffset(block, kvHead) + (long) slot * width * elementBytes;
        if (narrow) {
            for (int d = 0; d < width; d++) {
                target.set(SHORT, first + (long) d * Short.BYTES, Bf16.fromFloat(source[offset + d]));
            }
        } else {
            MemorySegment.copy(source, offset, target, FLOAT, first, width);
        }
    }

    void copyBlock(int source, int target) {
        long blockBytes = headOffset(1, 0);
        for (int layer = 0; layer < shape.layers(); layer++) {
            MemorySegment.copy(keys[layer], source * blockBytes, keys[layer], target * blockBytes, blockBytes);
            MemorySegment.copy(values[layer], source * blockBytes, values[layer], target * blockBytes, blockBytes);
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
