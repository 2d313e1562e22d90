package dev.molink.kernels;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Plain loops: the specification of {@link ActivationCoder}, and the fallback. */
final class ScalarActivationCoder implements ActivationCoder {

    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Bits of positive infinity; the magnitude bits of NaN are larger. */
    static final int INFINITE = 0x7F80_0000;

    static final int MAGNITUDE = 0x7FFF_FFFF;

    /** The f16 infinity: the scale of a group that cannot be written. */
    static final short NO_SCALE = 0x7C00;

    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final float LARGEST_BYTE = 127;

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void encodeBf16(MemorySegment f32, int rows, int columns, MemorySegment bf16) {
        encodeBf16(f32, bf16, 0, (long) rows * columns);
    }

    /** Elements {@code [first, end)}. */
    static void encodeBf16(MemorySegment f32, MemorySegment bf16, long first, long end) {
        for (long i = first; i < end; i++) {
            bf16.set(SHORT, i * Short.BYTES, Bf16.fromFloat(f32.get(FLOAT, i * Float.BYTES)));
        }
    }

    @Override
    public void decodeBf16(MemorySegment bf16, int rows, int columns, MemorySegment f32) {
        decodeBf16(bf16, f32, 0, (long) rows * columns);
    }

    /** Elements {@code [first, end)}. */
    static void decodeBf16(MemorySegment bf16, MemorySegment f32, long first, long end) {
        for (long i = first; i < end; i++) {
            f32.set(FLOAT, i * Float.BYTES, Bf16.toFloat(bf16.get(SHORT, i * Short.BYTES)));
        }
    }

    @Override
    public void encodeInt8(MemorySegment f32, int rows, int columns, MemorySegment int8) {
        long from = 0;
        long to = 0;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column += GROUP) {
                int count = Math.min(GROUP, columns - column);
                encodeGroup(f32, from, count, int8, to);
                from += (long) count * Float.BYTES;
                to += Short.BYTES + count;
            }
        }
    }

    /** Writes a group of {@code count} elements that starts at byte {@code from} to byte {@code to}. */
    static void encodeGroup(MemorySegment f32, long from, int count, MemorySegment int8, long to) {
        int largest = 0;
        for (int i = 0; i < count; i++) {
            float value = f32.get(FLOAT, from + (long) i * Float.BYTES);
            largest = Math.max(largest, Float.floatToRawIntBits(value) & MAGNITUDE);
        }
        short scale = scale(largest);
        int8.set(SHORT, to, scale);
        if (scale == NO_SCALE) {
            int8.asSlice(to + Short.BYTES, count).fill((byte) 0);
            return;
        }
        float inverse = inverse(scale);
        for (int i = 0; i < count; i++) {
            float value = f32.get(FLOAT, from + (long) i * Float.BYTES);
            int8.set(BYTE, to + Short.BYTES + i, (byte) rounded(value, inverse));
        }
    }

    /** The scale of a group by the bits of its largest magnitude. */
    static short scale(int largest) {
        if (largest >= INFINITE) {
            return NO_SCALE;
        }
        float exact = Float.intBitsToFloat(largest) / LARGEST_BYTE;
        short nearest = Float.floatToFloat16(exact);
        // The bits of positive f16 numbers rise with them, up to infinity.
        return Float.float16ToFloat(nearest) < exact ? (short) (nearest + 1) : nearest;
    }

    /** What elements are multiplied with; 0 where all of them are as good as 0. */
    static float inverse(short scale) {
        return scale == 0 ? 0 : 1 / Float.float16ToFloat(scale);
    }

    /** The product as a whole number, in the low byte; beyond it are other bits. */
    private static int rounded(float value, float inverse) {
        return Float.floatToRawIntBits(Math.fma(value, inverse, FloatMath.ROUNDING));
    }

    @Override
    public void decodeInt8(MemorySegment int8, int rows, int columns, MemorySegment f32) {
        long from = 0;
        long to = 0;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column += GROUP) {
                int count = Math.min(GROUP, columns - column);
                decodeGroup(int8, from, count, f32, to);
                from += Short.BYTES + count;
                to += (long) count * Float.BYTES;
            }
        }
    }

    /** Reads a group of {@code count} elements that starts at byte {@code from} to byte {@code to}. */
    static void decodeGroup(MemorySegment int8, long from, int count, MemorySegment f32, long to) {
        float scale = Float.float16ToFloat(int8.get(SHORT, from));
        boolean finite = Float.isFinite(scale);
        for (int i = 0; i < count; i++) {
            float value = finite ? scale * int8.get(BYTE, from + Short.BYTES + i) : Float.NaN;
            f32.set(FLOAT, to + (long) i * Float.BYTES, value);
        }
    }
}
