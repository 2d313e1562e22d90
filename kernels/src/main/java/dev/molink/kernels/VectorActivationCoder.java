package dev.molink.kernels;

import static dev.molink.kernels.ScalarActivationCoder.INFINITE;
import static dev.molink.kernels.ScalarActivationCoder.MAGNITUDE;
import static dev.molink.kernels.ScalarActivationCoder.NO_SCALE;
import static dev.molink.kernels.ScalarActivationCoder.SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The Vector API version of {@link ScalarActivationCoder}; the short group that may end a row is left to that one.
 *
 * <p>Memory is read and written as bytes, whatever they stand for: C2 makes an object of every vector of another element
 * type that is read from a {@code byte[]} or written to one, a tenth of the speed (JDK 25).
 */
final class VectorActivationCoder implements ActivationCoder {

    private static final VectorSpecies<Float> FLOATS = VectorLoops.FLOATS;
    private static final int LENGTH = FLOATS.length();
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

    /** The bytes of a vector of floats, and of one of as many shorts. */
    private static final VectorSpecies<Byte> BYTES_OF_FLOATS = VectorSpecies.of(byte.class, FLOATS.vectorShape());

    private static final VectorSpecies<Byte> BYTES_OF_SHORTS = VectorSpecies.of(byte.class, SHORTS.vectorShape());

    /** As many bytes as floats; a 128-bit register has no such species, and groups are left to the scalar loop. */
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 4)));

    private static final boolean GROUPS_IN_VECTORS = BYTES.length() == LENGTH;
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final int QUIET_NAN = 0x7FC0;

    private final String name = "vector (%d bit)".formatted(FLOATS.vectorBitSize());

    @Override
    public String name() {
        return name;
    }

    @Override
    public void encodeBf16(MemorySegment f32, int rows, int columns, MemorySegment bf16) {
        for (int row = 0; row < rows; row++) {
            encodeBf16(f32, bf16, (long) row * columns, columns);
        }
    }

    private static void encodeBf16(MemorySegment f32, MemorySegment bf16, long first, int columns) {
        int whole = FLOATS.loopBound(columns);
        for (int i = 0; i < whole; i += LENGTH) {
            IntVector halves = upperHalves(bits(f32, (first + i) * Float.BYTES));
            halves.convertShape(VectorOperators.I2S, SHORTS, 0)
                    .reinterpretAsBytes()
                    .intoMemorySegment(bf16, (first + i) * Short.BYTES, LITTLE);
        }
        ScalarActivationCoder.encodeBf16(f32, bf16, first + whole, first + columns);
    }

    private static IntVector bits(MemorySegment f32, long at) {
        return ByteVector.fromMemorySegment(BYTES_OF_FLOATS, f32, at, LITTLE).reinterpretAsInts();
    }

    /** {@link Bf16#fromFloat} of each lane. */
    private static IntVector upperHalves(IntVector bits) {
        IntVector halves = bits.lanewise(VectorOperators.LSHR, 16);
        IntVector rounded = bits.add(halves.and(1)).add(0x7FFF).lanewise(VectorOperators.LSHR, 16);
        VectorMask<Integer> notNumbers = bits.and(MAGNITUDE).compare(VectorOperators.GT, INFINITE);
        return rounded.blend(halves.or(QUIET_NAN), notNumbers);
    }

    @Override
    public void decodeBf16(MemorySegment bf16, int rows, int columns, MemorySegment f32) {
        for (int row = 0; row < rows; row++) {
            decodeBf16(bf16, f32, (long) row * columns, columns);
        }
    }

    private static void decodeBf16(MemorySegment bf16, MemorySegment f32, long first, int columns) {
        int whole = FLOATS.loopBound(columns);
        for (int i = 0; i < whole; i += LENGTH) {
            ShortVector halves = ByteVector.fromMemorySegment(BYTES_OF_SHORTS, bf16, (first + i) * Short.BYTES, LITTLE)
                    .reinterpretAsShorts();
            halves.convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsBytes()
                    .intoMemorySegment(f32, (first + i) * Float.BYTES, LITTLE);
        }
        ScalarActivationCoder.decodeBf16(bf16, f32, first + whole, first + columns);
    }

    @Override
    public void encodeInt8(MemorySegment f32, int rows, int columns, MemorySegment int8) {
        long from = 0;
        long to = 0;
        for (int row = 0; row < rows; row++) {
            int column = 0;
            for (; GROUPS_IN_VECTORS && column + GROUP <= columns; column += GROUP) {
                encodeGroup(f32, from, int8, to);
                from += GROUP * Float.BYTES;
                to += Short.BYTES + GROUP;
            }
            for (; column < columns; column += GROUP) {
                int count = Math.min(GROUP, columns - column);
                ScalarActivationCoder.encodeGroup(f32, from, count, int8, to);
                from += (long) count * Float.BYTES;
                to += Short.BYTES + count;
            }
        }
    }

    private static void encodeGroup(MemorySegment f32, long from, MemorySegment int8, long to) {
        IntVector largest = IntVector.zero(INTS);
        for (int i = 0; i < GROUP; i += LENGTH) {
            largest = largest.max(bits(f32, from + (long) i * Float.BYTES).and(MAGNITUDE));
        }
        // Magnitudes as whole numbers: their largest is the same in any order, and NaN counts as the largest of all.
        short scale = ScalarActivationCoder.scale(largest.reduceLanes(VectorOperators.MAX));
        int8.set(SHORT, to, scale);
        long bytes = to + Short.BYTES;
        if (scale == NO_SCALE) {
            writeZeros(int8, bytes);
            return;
        }
        FloatVector inverse = FloatVector.broadcast(FLOATS, ScalarActivationCoder.inverse(scale));
        FloatVector rounding = FloatVector.broadcast(FLOATS, FloatMath.ROUNDING);
        for (int i = 0; i < GROUP; i += LENGTH) {
            FloatVector values = bits(f32, from + (long) i * Float.BYTES).reinterpretAsFloats();
            IntVector rounded = values.fma(inverse, rounding).reinterpretAsInts();
            ((ByteVector) rounded.convertShape(VectorOperators.I2B, BYTES, 0))
                    .intoMemorySegment(int8, bytes + i, LITTLE);
        }
    }

    private static void writeZeros(MemorySegment int8, long bytes) {
        for (int i = 0; i < GROUP; i += LENGTH) {
            ByteVector.zero(BYTES).intoMemorySegment(int8, bytes + i, LITTLE);
        }
    }

    @Override
    public void decodeInt8(MemorySegment int8, int rows, int columns, MemorySegment f32) {
        long from = 0;
        long to = 0;
        for (int row = 0; row < rows; row++) {
            int column = 0;
            for (; GROUPS_IN_VECTORS && column + GROUP <= columns; column += GROUP) {
                decodeGroup(int8, from, f32, to);
                from += Short.BYTES + GROUP;
                to += GROUP * Float.BYTES;
            }
            for (; column < columns; column += GROUP) {
                int count = Math.min(GROUP, columns - column);
                ScalarActivationCoder.decodeGroup(int8, from, count, f32, to);
                from += Short.BYTES + count;
                to += (long) count * Float.BYTES;
            }
        }
    }

    private static void decodeGroup(MemorySegment int8, long from, MemorySegment f32, long to) {
        float scale = WeightDecoder.scale(int8, from);
        if (!Float.isFinite(scale)) {
            ScalarActivationCoder.decodeGroup(int8, from, GROUP, f32, to);
            return;
        }
        for (int i = 0; i < GROUP; i += LENGTH) {
            VectorDecoder.q8(int8, from + Short.BYTES + i, scale)
                    .reinterpretAsBytes()
                    .intoMemorySegment(f32, to + (long) i * Float.BYTES, LITTLE);
        }
    }
}
