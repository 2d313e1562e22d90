package dev.molink.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A bf16 matrix in the order in which a vector unit multiplies it: rows in groups of 16, each lane of a register one
 * row. Of a group, two columns of a row share a 32-bit lane (the even one in the low half), 16 rows follow one another,
 * then come the next two columns. A product then reads one stream from front to end, adds into one register for every
 * group and input, and has no partial sums to fold. Missing rows of the last group and a missing last column are zero.
 */
final class RowGroups {

    static final int ROWS = 16;

    /** Bytes of two columns of a group. */
    static final int PAIR_BYTES = ROWS * Integer.BYTES;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment data;
    private final int rows;
    private final int columns;

    private RowGroups(MemorySegment data, int rows, int columns) {
        this.data = data;
        this.rows = rows;
        this.columns = columns;
    }

    /** Room for a matrix, still zero. */
    static RowGroups allocate(int rows, int columns, Arena arena) {
        long bytes = (long) groups(rows) * pairs(columns) * PAIR_BYTES;
        return new RowGroups(ZeroedMemory.allocate(bytes, arena), rows, columns);
    }

    /** Groups of a matrix of {@code rows}, the last one perhaps in part. */
    static int groups(int rows) {
        return (rows + ROWS - 1) / ROWS;
    }

    private static int pairs(int columns) {
        return (columns + 1) / 2;
    }

    MemorySegment data() {
        return data;
    }

    /** Byte of a group's first pair of columns. */
    long offset(int group) {
        return (long) group * pairs(columns) * PAIR_BYTES;
    }

    /** Copies the rows of one group from the stored matrix, {@code [rows, columns]} bf16. */
    void fill(int group, MemorySegment stored) {
        int count = Math.min(ROWS, rows - group * ROWS);
        for (int row = 0; row < count; row++) {
            long from = ((long) group * ROWS + row) * columns * Short.BYTES;
            fillRow(stored, from, offset(group) + (long) row * Integer.BYTES);
        }
    }

    private void fillRow(MemorySegment stored, long from, long to) {
        for (int pair = 0; pair < columns / 2; pair++) {
            data.set(INT, to + (long) pair * PAIR_BYTES, stored.get(INT, from + 4L * pair));
        }
        if (columns % 2 != 0) {
            int last = stored.get(SHORT, from + 2L * (columns - 1)) & 0xFFFF;
            data.set(INT, to + (long) (columns / 2) * PAIR_BYTES, last);
        }
    }
}
