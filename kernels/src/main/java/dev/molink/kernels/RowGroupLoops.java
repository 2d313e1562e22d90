package dev.molink.kernels;

import static dev.molink.kernels.RowGroups.PAIR_BYTES;
import static dev.molink.kernels.RowGroups.ROWS;
import static dev.molink.kernels.VectorLoops.FLOATS;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops over {@link RowGroups}. A lane is a weight row, so an input's element is broadcast and every
 * multiply-add is useful; 8 inputs × 2 groups keep 16 sums in registers, which reaches nine tenths of what AVX-512 can
 * multiply. Registers of 8 or 4 lanes take a group in two or four passes ({@code lane} is the pass's first row).
 *
 * <p>All loops take columns from {@code 0} to {@code columns} of a stream that starts at the given bytes, sum each in
 * rising order from zero, and write the results to {@code sums}.
 */
final class RowGroupLoops {

    private static final int LENGTH = FLOATS.length();
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final int ODD = 0xFFFF_0000;

    private RowGroupLoops() {}

    /**
     * Two groups times eight inputs; for registers of 16 lanes.
     *
     * @param x inputs, {@code stride} apart
     * @param sums written {@code [group, input, 16]} from {@code to} on
     */
    static void multiply8(
            MemorySegment w,
            long first,
            long second,
            float[] x,
            int from,
            int stride,
            int columns,
            float[] sums,
            int to) {
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector a4 = a0;
        FloatVector a5 = a0;
        FloatVector a6 = a0;
        FloatVector a7 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        FloatVector b4 = a0;
        FloatVector b5 = a0;
        FloatVector b6 = a0;
        FloatVector b7 = a0;
        for (int column = 0; column < columns; column += 2) {
            long at = (long) column / 2 * PAIR_BYTES;
            IntVector a = pair(w, first + at);
            IntVector b = pair(w, second + at);
            int o = from + column;
            FloatVector u = even(a);
            FloatVector v = even(b);
            FloatVector y = FloatVector.broadcast(FLOATS, x[o]);
            a0 = u.fma(y, a0);
            b0 = v.fma(y, b0);
            y = FloatVector.broadcast(FLOATS, x[o + stride]);
            a1 = u.fma(y, a1);
            b1 = v.fma(y, b1);
            y = FloatVector.broadcast(FLOATS, x[o + 2 * stride]);
            a2 = u.fma(y, a2);
            b2 = v.fma(y, b2);
            y = FloatVector.broadcast(FLOATS, x[o + 3 * stride]);
            a3 = u.fma(y, a3);
            b3 = v.fma(y, b3);
            y = FloatVector.broadcast(FLOATS, x[o + 4 * stride]);
            a4 = u.fma(y, a4);
            b4 = v.fma(y, b4);
            y = FloatVector.broadcast(FLOATS, x[o + 5 * stride]);
            a5 = u.fma(y, a5);
            b5 = v.fma(y, b5);
            y = FloatVector.broadcast(FLOATS, x[o + 6 * stride]);
            a6 = u.fma(y, a6);
            b6 = v.fma(y, b6);
            y = FloatVector.broadcast(FLOATS, x[o + 7 * stride]);
            a7 = u.fma(y, a7);
            b7 = v.fma(y, b7);
            u = odd(a);
            v = odd(b);
            y = FloatVector.broadcast(FLOATS, x[o + 1]);
            a0 = u.fma(y, a0);
            b0 = v.fma(y, b0);
            y = FloatVector.broadcast(FLOATS, x[o + 1 + stride]);
            a1 = u.fma(y, a1);
            b1 = v.fma(y, b1);
            y = FloatVector.broadcast(FLOATS, x[o + 1 + 2 * stride]);
            a2 = u.fma(y, a2);
            b2 = v.fma(y, b2);
            y = FloatVector.broadcast(FLOATS, x[o + 1 + 3 * stride]);
            a3 = u.fma(y, a3);
            b3 = v.fma(y, b3);
            y = FloatVector.broadcast(FLOATS, x[o + 1 + 4 * stride]);
            a4 = u.fma(y, a4);
            b4 = v.fma(y, b4);
            y = FloatVector.broadcast(FLOATS, x[o + 1 + 5 * stride]);
            a5 = u.fma(y, a5);
            b5 = v.fma(y, b5);
            y = FloatVector.broadcast(FLOATS, x[o + 1 + 6 * stride]);
            a6 = u.fma(y, a6);
            b6 = v.fma(y, b6);
            y = FloatVector.broadcast(FLOATS, x[o + 1 + 7 * stride]);
            a7 = u.fma(y, a7);
            b7 = v.fma(y, b7);
        }
        a0.intoArray(sums, to);
        a1.intoArray(sums, to + ROWS);
        a2.intoArray(sums, to + 2 * ROWS);
        a3.intoArray(sums, to + 3 * ROWS);
        a4.intoArray(sums, to + 4 * ROWS);
        a5.intoArray(sums, to + 5 * ROWS);
        a6.intoArray(sums, to + 6 * ROWS);
        a7.intoArray(sums, to + 7 * ROWS);
        b0.intoArray(sums, to + 8 * ROWS);
        b1.intoArray(sums, to + 9 * ROWS);
        b2.intoArray(sums, to + 10 * ROWS);
        b3.intoArray(sums, to + 11 * ROWS);
        b4.intoArray(sums, to + 12 * ROWS);
        b5.intoArray(sums, to + 13 * ROWS);
        b6.intoArray(sums, to + 14 * ROWS);
        b7.intoArray(sums, to + 15 * ROWS);
    }

    /**
     * Two groups times four inputs.
     *
     * @param x inputs, {@code stride} apart
     * @param sums written {@code [group, input, 16]} from {@code to} on
     */
    static void multiply4(
            MemorySegment w,
            long first,
            long second,
            float[] x,
            int from,
            int stride,
            int columns,
            float[] sums,
            int to) {
        for (int lane = 0; lane < ROWS; lane += LENGTH) {
            long skip = (long) lane * Integer.BYTES;
            multiply4(w, first + skip, second + skip, x, from, stride, columns, sums, to, lane);
        }
    }

    private static void multiply4(
            MemorySegment w,
            long first,
            long second,
            float[] x,
            int from,
            int stride,
            int columns,
            float[] sums,
            int to,
            int lane) {
        FloatVector a0 = FloatVector.zero(FLOATS);
        FloatVector a1 = a0;
        FloatVector a2 = a0;
        FloatVector a3 = a0;
        FloatVector b0 = a0;
        FloatVector b1 = a0;
        FloatVector b2 = a0;
        FloatVector b3 = a0;
        for (int column = 0; column < columns; column += 2) {
            long at = (long) column / 2 * PAIR_BYTES;
            IntVector a = pair(w, first + at);
            IntVector b = pair(w, second + at);
            int o = from + column;
            FloatVector u = even(a);
            FloatVector v = even(b);
            FloatVector y = FloatVector.broadcast(FLOATS, x[o]);
            a0 = u.fma(y, a0);
            b0 = v.fma(y, b0);
            y = FloatVector.broadcast(FLOATS, x[o + stride]);
            a1 = u.fma(y, a1);
            b1 = v.fma(y, b1);
            y = FloatVector.broadcast(FLOATS, x[o + 2 * stride]);
            a2 = u.fma(y, a2);
            b2 = v.fma(y, b2);
            y = FloatVector.broadcast(FLOATS, x[o + 3 * stride]);
            a3 = u.fma(y, a3);
            b3 = v.fma(y, b3);
            u = odd(a);
            v = odd(b);
            y = FloatVector.broadcast(FLOATS, x[o + 1]);
            a0 = u.fma(y, a0);
            b0 = v.fma(y, b0);
            y = FloatVector.broadcast(FLOATS, x[o + 1 + stride]);
            a1 = u.fma(y, a1);
            b1 = v.fma(y, b1);
            y = FloatVector.broadcast(FLOATS, x[o + 1 + 2 * stride]);
            a2 = u.fma(y, a2);
            b2 = v.fma(y, b2);
            y = FloatVector.broadcast(FLOATS, x[o + 1 + 3 * stride]);
            a3 = u.fma(y, a3);
            b3 = v.fma(y, b3);
        }
        a0.intoArray(sums, to + lane);
        a1.intoArray(sums, to + lane + ROWS);
        a2.intoArray(sums, to + lane + 2 * ROWS);
        a3.intoArray(sums, to + lane + 3 * ROWS);
        b0.intoArray(sums, to + lane + 4 * ROWS);
        b1.intoArray(sums, to + lane + 5 * ROWS);
        b2.intoArray(sums, to + lane + 6 * ROWS);
        b3.intoArray(sums, to + lane + 7 * ROWS);
    }

    /**
     * Four groups times one input: as many streams as it takes to wait for none of them.
     *
     * @param first byte of the first group's first pair; the others follow
     * @param second and so on: the same byte again where there is no such group
     * @param sums written {@code [group, 16]} from {@code to} on
     */
    static void multiply1(
            MemorySegment w,
            long first,
            long second,
            long third,
            long fourth,
            float[] x,
            int from,
            int columns,
            float[] sums,
            int to) {
        for (int lane = 0; lane < ROWS; lane += LENGTH) {
            long skip = (long) lane * Integer.BYTES;
            multiply1(w, first + skip, second + skip, third + skip, fourth + skip, x, from, columns, sums, to, lane);
        }
    }

    private static void multiply1(
            MemorySegment w,
            long first,
            long second,
            long third,
            long fourth,
            float[] x,
            int from,
            int columns,
            float[] sums,
            int to,
            int lane) {
        FloatVector a = FloatVector.zero(FLOATS);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        for (int column = 0; column < columns; column += 2) {
            long at = (long) column / 2 * PAIR_BYTES;
            IntVector p = pair(w, first + at);
            IntVector q = pair(w, second + at);
            IntVector r = pair(w, third + at);
            IntVector s = pair(w, fourth + at);
            FloatVector y = FloatVector.broadcast(FLOATS, x[from + column]);
            a = even(p).fma(y, a);
            b = even(q).fma(y, b);
            c = even(r).fma(y, c);
            d = even(s).fma(y, d);
            y = FloatVector.broadcast(FLOATS, x[from + column + 1]);
            a = odd(p).fma(y, a);
            b = odd(q).fma(y, b);
            c = odd(r).fma(y, c);
            d = odd(s).fma(y, d);
        }
        a.intoArray(sums, to + lane);
        b.intoArray(sums, to + lane + ROWS);
        c.intoArray(sums, to + lane + 2 * ROWS);
        d.intoArray(sums, to + lane + 3 * ROWS);
    }

    private static IntVector pair(MemorySegment w, long at) {
        return IntVector.fromMemorySegment(INTS, w, at, ByteOrder.LITTLE_ENDIAN);
    }

    private static FloatVector even(IntVector pair) {
        return pair.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    private static FloatVector odd(IntVector pair) {
        return pair.and(ODD).reinterpretAsFloats();
    }
}
