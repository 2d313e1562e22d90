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

    private static final VectorSpecies<Float> FLOATS = VectorLoops.FLOATS;
    private static final int LENGTH = FLOATS.length();
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    /** As many bytes as floats; a 128-bit register has no such species and decodes blocks by the scalar loop. */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

    private static final boolean BLOCKS_IN_VECTORS = BYTES.length() == LENGTH;
    private static final int BLOCK = 32;
    private static final int HALF_BLOCK = 16;

    private VectorDecoder() {}

    static void decode(CpuTensor weights, int row, int column, int count, float[] target, int to) {
        long from = weights.offset(row, column);
        switch (weights.dtype()) {
            case F32, F16 -> WeightDecoder.decode(weights, row, column, count, target, to);
            case BF16 -> decodeBf16(weights.data(), from, count, target, to);
            case Q8_0 -> {
                if (BLOCKS_IN_VECTORS) {
                    decodeQ8(weights.data(), from, count, target, to);
                } else {
                    WeightDecoder.decode(weights, row, column, count, target, to);
                }
            }
            case Q4_0 -> {
                if (BLOCKS_IN_VECTORS) {
                    decodeQ4(weights.data(), from, count, target, to);
                } else {
                    WeightDecoder.decode(weights, row, column, count, target, to);
                }
            }
        }
    }

    private static void decodeBf16(MemorySegment data, long from, int count, float[] target, int to) {
        int whole = FLOATS.loopBound(count);
        for (int i = 0; i < whole; i += LENGTH) {
            ShortVector upperHalves =
                    ShortVector.fromMemorySegment(SHORTS, data, from + 2L * i, ByteOrder.LITTLE_ENDIAN);
            IntVector bits = (IntVector) upperHalves.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
            bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(target, to + i);
        }
        WeightDecoder.decodeBf16(data, from + 2L * whole, count - whole, target, to + whole);
    }

    private static void decodeQ8(MemorySegment data, long from, int count, float[] target, int to) {
        long at = from;
        for (int i = 0; i < count; i += BLOCK) {
            float scale = WeightDecoder.scale(data, at);
            for (int j = 0; j < BLOCK; j += LENGTH) {
                ByteVector quants = ByteVector.fromMemorySegment(BYTES, data, at + 2 + j, ByteOrder.LITTLE_ENDIAN);
                FloatVector values = (FloatVector) quants.convertShape(VectorOperators.B2F, FLOATS, 0);
                values.mul(scale).intoArray(target, to + i + j);
            }
            at += DType.Q8_0.blockBytes();
        }
    }

    private static void decodeQ4(MemorySegment data, long from, int count, float[] target, int to) {
        long at = from;
        for (int i = 0; i < count; i += BLOCK) {
            float scale = WeightDecoder.scale(data, at);
            for (int j = 0; j < HALF_BLOCK; j += LENGTH) {
                ByteVector pairs = ByteVector.fromMemorySegment(BYTES, data, at + 2 + j, ByteOrder.LITTLE_ENDIAN);
                store(pairs.and((byte) 0xF), scale, target, to + i + j);
                store(pairs.lanewise(VectorOperators.LSHR, 4), scale, target, to + i + HALF_BLOCK + j);
            }
            at += DType.Q4_0.blockBytes();
        }
    }

    private static void store(ByteVector nibbles, float scale, float[] target, int to) {
        FloatVector values = (FloatVector) nibbles.sub((byte) 8).convertShape(VectorOperators.B2F, FLOATS, 0);
        values.mul(scale).intoArray(target, to);
    }
}
