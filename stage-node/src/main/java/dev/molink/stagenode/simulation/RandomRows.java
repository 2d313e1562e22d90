package dev.molink.stagenode.simulation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * Hidden states {@code [rows, columns]}, f32, of about the size that a decoder's have. They are drawn once; every step
 * hands on the same ones, so that no step pays for filling them.
 */
final class RandomRows {

    private static final long SEED = 0x6D6F6C696E6BL;
    private static final int DRAWN = 1 << 16;
    private static final int LEAST_ROWS = 16;

    private final long rowBytes;
    private MemorySegment memory;

    RandomRows(int columns) {
        this.rowBytes = (long) columns * Float.BYTES;
        this.memory = filled(LEAST_ROWS * rowBytes);
    }

    MemorySegment rows(int rows) {
        long bytes = rows * rowBytes;
        if (bytes > memory.byteSize()) {
            memory = filled(Math.max(bytes, 2 * memory.byteSize()));
        }
        return memory.asSlice(0, bytes);
    }

    /** Drawing is slow and copying is fast: a drawn part is repeated. */
    private static MemorySegment filled(long bytes) {
        MemorySegment filled = Arena.ofAuto().allocate(bytes, Float.BYTES);
        SplittableRandom random = new SplittableRandom(SEED);
        long drawn = Math.min(DRAWN, bytes / Float.BYTES);
        for (long i = 0; i < drawn; i++) {
            filled.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
        }
        for (long done = drawn * Float.BYTES; done < bytes; done *= 2) {
            MemorySegment.copy(filled, 0, filled, done, Math.min(done, bytes - done));
        }
        return filled;
    }
}
