package dev.molink.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Large zero-filled memory from C's {@code calloc}. The operating system backs it page by page as it is first written,
 * so that a cache for many sequences costs neither time nor memory before they come; {@link Arena#allocate} would write
 * every page at once.
 */
final class ZeroedMemory {

    private static final long ALIGNMENT = 64;
    private static final MethodHandle CALLOC = function(
            "calloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE = function("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

    private ZeroedMemory() {}

    /**
     * Takes memory that is given back when {@code arena} is closed.
     *
     * @throws OutOfMemoryError if the machine does not give so much
     */
    @SuppressWarnings("restricted") // the pointer is the allocator's own, with the size that was asked for
    static MemorySegment allocate(long bytes, Arena arena) {
        long taken = Math.addExact(bytes, ALIGNMENT);
        MemorySegment start = calloc(taken);
        if (start.address() == 0) {
            throw new OutOfMemoryError("%d bytes of native memory".formatted(taken));
        }
        MemorySegment memory = start.reinterpret(taken, arena, ZeroedMemory::free);
        return memory.asSlice(-start.address() & ALIGNMENT - 1, bytes);
    }

    private static MemorySegment calloc(long bytes) {
        try {
            return (MemorySegment) CALLOC.invokeExact(1L, bytes);
        } catch (Throwable e) {
            throw new IllegalStateException("calloc could not be called", e);
        }
    }

    private static void free(MemorySegment memory) {
        try {
            FREE.invokeExact(memory);
        } catch (Throwable e) {
            throw new IllegalStateException("free could not be called", e);
        }
    }

    @SuppressWarnings("restricted") // both functions are the C library's
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
