package dev.molink.stagenode.execution;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Native memory that grows to the largest step. A buffer that was outgrown lives as long as anything refers to it, so a
 * reader on another thread is never cut off.
 */
final class HostBuffer {

    /** How hidden states and logits are written. */
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long ALIGNMENT = 64;

    private MemorySegment memory = MemorySegment.NULL;

    /** The first {@code floats} f32 values; what they hold is left over from earlier steps. */
    MemorySegment floats(long floats) {
        long bytes = floats * Float.BYTES;
        if (memory.byteSize() < bytes) {
            memory = Arena.ofAuto().allocate(Math.max(bytes, 2 * memory.byteSize()), ALIGNMENT);
        }
        return memory.asSlice(0, bytes);
    }
}
