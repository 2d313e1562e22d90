package dev.molink.kernels;

import java.lang.foreign.MemorySegment;

/**
 * Writes f32 activations {@code [rows, columns]}, row-major, little-endian, without padding, in fewer bytes, and reads
 * them back. All implementations give the same bits; {@link ScalarActivationCoder} is the specification.
 *
 * <p><b>bf16</b>, 2 bytes an element: the upper half of the f32, rounded to nearest, ties to even; what is too large
 * becomes infinite, NaN stays NaN.
 *
 * <p><b>int8</b>, in groups of {@value #GROUP} elements of a row, the last group of a row being shorter where the columns
 * are no multiple: the f16 scale, then one signed byte for each element; value = scale × byte. The scale is the smallest
 * f16 that is not below a 127th of the group's largest magnitude, so that no byte leaves −127…127 and no element moves by
 * more than half a scale. Byte = x · (1 ∕ scale), the reciprocal in f32 and the product exact, rounded to nearest, ties
 * to even. A group with NaN, an infinity, or a magnitude beyond 127 · 65504, which no f16 scale reaches, gets an infinite
 * scale and zeros; every element of such a group is read as NaN, so that nothing wrong passes for a number.
 *
 * <p>Segments may lie on the heap or outside, at any alignment, and must not overlap. They are as large as rows, columns
 * and format say; who calls has checked that. No method allocates, and each may run on several threads at once.
 */
public interface ActivationCoder {

    /** Elements that share a scale. */
    int GROUP = 64;

    /** Bytes of an int8 row, scales included. */
    static long int8RowBytes(int columns) {
        return columns + (long) Math.ceilDiv(columns, GROUP) * Short.BYTES;
    }

    /** How logs call it. */
    String name();

    /**
     * @param f32 {@code [rows, columns]}, read
     * @param bf16 {@code [rows, columns]}, written
     */
    void encodeBf16(MemorySegment f32, int rows, int columns, MemorySegment bf16);

    /**
     * @param bf16 {@code [rows, columns]}, read
     * @param f32 {@code [rows, columns]}, written
     */
    void decodeBf16(MemorySegment bf16, int rows, int columns, MemorySegment f32);

    /**
     * @param f32 {@code [rows, columns]}, read
     * @param int8 {@code rows} rows of {@link #int8RowBytes}, written
     */
    void encodeInt8(MemorySegment f32, int rows, int columns, MemorySegment int8);

    /**
     * @param int8 {@code rows} rows of {@link #int8RowBytes}, read
     * @param f32 {@code [rows, columns]}, written
     */
    void decodeInt8(MemorySegment int8, int rows, int columns, MemorySegment f32);
}
