package dev.molink.stagenode.activation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/**
 * Memory for hidden states, in powers of two, used again and again, so that a step allocates nothing for its values.
 * Thread-safe. How much is in use is bounded by those who take; how much lies idle is bounded here.
 */
public final class ActivationPool {

    private static final int SMALLEST_BITS = 12;
    private static final int SIZES = Long.SIZE - SMALLEST_BITS;
    private static final long ALIGNMENT = 64;

    private final LongFunction<MemorySegment> allocator;
    private final long maxIdleBytes;

    // Guarded by this: idle memory by the binary logarithm of its size.
    private final Deque<MemorySegment>[] idle;
    private long idleBytes;

    @SuppressWarnings("unchecked") // arrays have no element type of their own to check
    private ActivationPool(long maxIdleBytes, LongFunction<MemorySegment> allocator) {
        if (maxIdleBytes < 0) {
            throw new IllegalArgumentException("idle memory of %d bytes is negative".formatted(maxIdleBytes));
        }
        this.allocator = allocator;
        this.maxIdleBytes = maxIdleBytes;
        this.idle = IntStream.range(0, SIZES).mapToObj(_ -> new ArrayDeque<>()).toArray(Deque[]::new);
    }

    /**
     * Memory outside of the heap, for devices.
     *
     * @param maxIdleBytes memory that is kept for the next hidden states; what is beyond goes back to the system
     */
    public static ActivationPool ofNativeMemory(long maxIdleBytes) {
        return new ActivationPool(maxIdleBytes, bytes -> Arena.ofAuto().allocate(bytes, ALIGNMENT));
    }

    /**
     * Arrays, for messages: protobuf copies what is no array.
     *
     * @param maxIdleBytes as for {@link #ofNativeMemory}
     */
    public static ActivationPool ofArrays(long maxIdleBytes) {
        return new ActivationPool(maxIdleBytes, bytes -> MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]));
    }

    /** Memory of exactly {@code bytes}; what it holds is left over from earlier hidden states. */
    public Activation take(long bytes) {
        int size = sizeOf(bytes);
        MemorySegment memory = idleOf(size);
        return new Activation(memory.asSlice(0, bytes), () -> giveBack(memory, size));
    }

    /** A copy of {@code values}. */
    public Activation copyOf(MemorySegment values) {
        Activation copy = take(values.byteSize());
        copy.values().copyFrom(values);
        return copy;
    }

    private MemorySegment idleOf(int size) {
        synchronized (this) {
            MemorySegment memory = idle[size].pollLast();
            if (memory != null) {
                idleBytes -= memory.byteSize();
                return memory;
            }
        }
        return allocator.apply(1L << (size + SMALLEST_BITS));
    }

    private synchronized void giveBack(MemorySegment memory, int size) {
        if (idleBytes + memory.byteSize() <= maxIdleBytes) {
            idle[size].addLast(memory);
            idleBytes += memory.byteSize();
        }
    }

    synchronized long idleBytes() {
        return idleBytes;
    }

    private static int sizeOf(long bytes) {
        int bits = bytes <= 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(bytes - 1);
        return Math.max(0, bits - SMALLEST_BITS);
    }
}
