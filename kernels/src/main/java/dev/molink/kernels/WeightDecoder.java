package dev.molink.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Stored elements to f32, one at a time: the specification of every {@link DType}. */
final class WeightDecoder {

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 32;

    private WeightDecoder() {}

    /**
     * Decodes part of a row.
     *
     * @param column first element; starts a block
     * @param count elements; whole blocks
     */
    static void decode(CpuTensor weights, int row, int column, int count, float[] target, int to) {
        MemorySegment data = weights.data();
        long from = weights.offset(row, column);
        switch (weights.dtype()) {
            case F32 -> MemorySegment.copy(data, FLOAT, from, target, to, count);
            case F16 -> decodeF16(data, from, count, target, to);
            case BF16 -> decodeBf16(data, from, count, target, to);
            case Q8_0 -> decodeQ8(data, from, count, target, to);
            case Q4_0 -> decodeQ4(data, from, count, target, to);
        }
    }

    static void decodeF16(MemorySegment data, long from, int count, float[] target, int to) {
        for (int i = 0; i < count; i++) {
            target[to + i] = Float.float16ToFloat(data.get(SHORT, from + 2L * i));
        }
    }

    static void decodeBf16(MemorySegment data, long from, int count, float[] target, int to) {
        for (int i = 0; i < count; i++) {
            target[to + i] = Float.intBitsToFloat(data.get(SHORT, from + 2L * i) << 16);
        }
    }

    private static void decodeQ8(MemorySegment data, long from, int count, float[] target, int to) {
        for (int block = 0; block < count / BLOCK; block++) {
            long at = from + (long) block * DType.Q8_0.blockBytes();
            float scale = scale(data, at);
            for (int i = 0; i < BLOCK; i++) {
                target[to + block * BLOCK + i] = scale * data.get(ValueLayout.JAVA_BYTE, at + 2 + i);
            }
        }
    }

    private static void decodeQ4(MemorySegment data, long from, int count, float[] target, int to) {
        for (int block = 0; block < count / BLOCK; block++) {
            long at = from + (long) block * DType.Q4_0.blockBytes();
            float scale = scale(data, at);
            for (int i = 0; i < BLOCK / 2; i++) {
                int pair = data.get(ValueLayout.JAVA_BYTE, at + 2 + i);
                target[to + block * BLOCK + i] = scale * ((pair & 0xF) - 8);
                target[to + block * BLOCK + BLOCK / 2 + i] = scale * ((pair >> 4 & 0xF) - 8);
            }
        }
    }

    /** The f16 scale that opens a block. */
    static float scale(MemorySegment data, long block) {
        return Float.float16ToFloat(data.get(SHORT, block));
    }
}
