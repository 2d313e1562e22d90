package dev.molink.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Keys and values in main memory, f32. A block of one head holds its keys as {@code [headWidth, 16]}, so that one vector
 * takes the same element of 16 positions, and its values as {@code [16, headWidth]}.
 */
final class CpuKvCache implements KvCache {

    private static final long ALIGNMENT = 64;

    private final KvCacheShape shape;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] keys;
    private final MemorySegment[] values;

    CpuKvCache(KvCacheShape shape) {
        if (shape.dtype() != DType.F32) {
            throw new IllegalArgumentException(
                    "KV cache type %s is not available on the CPU; it keeps F32".formatted(shape.dtype()));
        }
        this.shape = shape;
        this.keys = new MemorySegment[shape.layers()];
        this.values = new MemorySegment[shape.layers()];
        long layerBytes = shape.bytesPerBlock() / (2L * shape.layers()) * shape.blocks();
        try {
            for (int layer = 0; layer < shape.layers(); layer++) {
                keys[layer] = arena.allocate(layerBytes, ALIGNMENT);
                values[layer] = arena.allocate(layerBytes, ALIGNMENT);
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

    MemorySegment keys(int layer) {
        return keys[layer];
    }

    MemorySegment values(int layer) {
        return values[layer];
    }

    /** Byte offset of one head's part of a block, the same for keys and values. */
    long headOffset(int block, int kvHead) {
        return ((long) block * shape.kvHeads() + kvHead) * shape.headWidth() * KvCacheShape.BLOCK_TOKENS * Float.BYTES;
    }

    void writeKey(int layer, int block, int slot, int kvHead, float[] source, int offset) {
        MemorySegment target = keys[layer];
        long base = headOffset(block, kvHead) + (long) slot * Float.BYTES;
        for (int d = 0; d < shape.headWidth(); d++) {
            long element = base + (long) d * KvCacheShape.BLOCK_TOKENS * Float.BYTES;
            target.set(ValueLayout.JAVA_FLOAT, element, source[offset + d]);
        }
    }

    void writeValue(int layer, int block, int slot, int kvHead, float[] source, int offset) {
        long base = headOffset(block, kvHead) + (long) slot * shape.headWidth() * Float.BYTES;
        MemorySegment.copy(source, offset, values[layer], ValueLayout.JAVA_FLOAT, base, shape.headWidth());
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
