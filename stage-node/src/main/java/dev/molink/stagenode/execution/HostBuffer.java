package dev.molink.stagenode.execution;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for f32 rows that grows to the largest step. A buffer that was outgrown lives as long as anything refers
 * to it, so a reader on another thread is never cut off. Slices are kept by number of rows: a step of as many rows as an
 * earlier one allocates nothing.
 */
final class HostBuffer {

    /** How hidden states and logits are written. */
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long ALIGNMENT = 64;

    private final long rowBytes;
    private int capacity;
    private MemorySegment memory = MemorySegment.NULL;
    private @Nullable MemorySegment[] slices = new @Nullable MemorySegment[0];

    HostBuffer(int columns) {
        this.rowBytes = (long) columns * Float.BYTES;
    }

    /** The first {@code rows} rows; what they hold is left over from earlier steps. */
    MemorySegment rows(int rows) {
        if (rows > capacity || slices.length == 0) {
            grow(rows);
        }
        MemorySegment slice = slices[rows];
        if (slice == null) {
            slice = Objects.requireNonNull(memory).asSlice(0, rows * rowBytes);
            slices[rows] = slice;
        }
        return slice;
    }

    private void grow(int rows) {
        capacity = Math.max(rows, 2 * capacity);
        memory = Arena.ofAuto().allocate(capacity * rowBytes, ALIGNMENT);
        slices = Arrays.copyOf(new @Nullable MemorySegment[0], capacity + 1);
    }
}
