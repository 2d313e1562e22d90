package dev.molink.kernels;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link WeightDecoder} in vectors. */
final class VectorDecoder {

    static final int BLOCK = 32;

    private static final VectorSpecies<Float> FLOATS = VectorLoops.FLOATS;
    private static final int LENGTH = FLOATS.length();
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    /** As many bytes as floats; a 128-bit register has no such species and decodes blocks by the scalar loop. */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

    /** Whether {@link #q8} and {@link #lowQ4} work on this machine. */
    static final boolean BLOCKS_IN_VECTORS = BYTES.length() == LENGTH;

    private VectorDecoder() {}

    static void decode(CpuTensor weights, int row, int column, int count, float[] target, int to) {
        long from = weights.offset(row, column);
        DType dtype = weights.dtype();
        if (dtype == DType.BF16) {
            decodeBf16(weights.data(), from, count, target, to);
        } else if (dtype == DType.Q8_0 && BLOCKS_IN_VECTORS) {
            decodeQ8(weights.data(), from, count, target, to);
        } else if (dtype == DType.Q4_0 && BLOCKS_IN_VECTORS) {
            decodeQ4(weights.data(), from, count, target, to);
        } else {
            WeightDecoder.decode(weights, row, column, count, target, to);
        }
    }

    private static void decodeBf16(MemorySegment data, long from, int count, float[] target, int to) {
        int whole = FLOATS.loopBound(count);
        for (int i = 0; i < whole; i += LENGTH) {
            bf16(data, from + 2L * i).intoArray(target, to + i);
        }
        WeightDecoder.decodeBf16(data, from + 2L * whole, count - whole, target, to + whole);
    }

    /** Decodes {@code count} elements, a multiple of 16, from byte {@code from} to the start of {@code target}. */
    static void decodeBf16(MemorySegment data, long from, int count, MemorySegment target) {
        for (int i = 0; i < count; i += LENGTH) {
            bf16(data, from + 2L * i).intoMemorySegment(target, (long) i * Float.BYTES, ByteOrder.nativeOrder());
        }
    }

    private static void decodeQ8(MemorySegment data, long from, int count, float[] target, int to) {
        long at = from;
        for (int i = 0; i < count; i += BLOCK) {
            float scale = WeightDecoder.scale(data, at);
            for (int j = 0; j < BLOCK; j += LENGTH) {
                q8(data, at + 2 + j, scale).intoArray(target, to + i + j);
            }
            at += DType.Q8_0.blockBytes();
        }
    }

    private static void decodeQ4(MemorySegment data, long from, int count, float[] target, int to) {
        long at = from;
        for (int i = 0; i < count; i += BLOCK) {
            float scale = WeightDecoder.scale(data, at);
            for (int j = 0; j < BLOCK / 2; j += LENGTH) {
                ByteVector pairs = q4Pairs(data, at + 2 + j);
                lowQ4(pairs, scale).intoArray(target, to + i + j);
                highQ4(pairs, scale).intoArray(target, to + i + BLOCK / 2 + j);
            }
            at += DType.Q4_0.blockBytes();
        }
    }

    /** Consecutive bf16 elements from byte {@code at}. */
    static FloatVector bf16(MemorySegment data, long at) {
        ShortVector upperHalves = ShortVector.fromMemorySegment(SHORTS, data, at, ByteOrder.LITTLE_ENDIAN);
        IntVector bits = (IntVector) upperHalves.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
        return bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /** Consecutive elements of one Q8_0 block; {@code at} is the byte of the first. */
    static FloatVector q8(MemorySegment data, long at, float scale) {
        return scaled(ByteVector.fromMemorySegment(BYTES, data, at, ByteOrder.LITTLE_ENDIAN), scale);
    }

    /** Bytes of a Q4_0 block; each holds an element of the block's first half and one of its second. */
    static ByteVector q4Pairs(MemorySegment data, long at) {
        return ByteVector.fromMemorySegment(BYTES, data, at, ByteOrder.LITTLE_ENDIAN);
    }

    static FloatVector lowQ4(ByteVector pairs, float scale) {
        return scaled(pairs.and((byte) 0xF).sub((byte) 8), scale);
    }

    static FloatVector highQ4(ByteVector pairs, float scale) {
        return scaled(pairs.lanewise(VectorOperators.LSHR, 4).sub((byte) 8), scale);
    }

    private static FloatVector scaled(ByteVector quants, float scale) {
        return ((FloatVector) quants.convertShape(VectorOperators.B2F, FLOATS, 0)).mul(scale);
    }
}
