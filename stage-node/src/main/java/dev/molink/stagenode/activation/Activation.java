package dev.molink.stagenode.activation;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A hidden state {@code [rows, hiddenSize]}, little-endian, row-major, in memory that is given back when it was used.
 * It passes from owner to owner; the last one releases it. What nobody releases is freed by the collector, so a step
 * that is dropped on an unusual way costs memory for a while and nothing else.
 */
public final class Activation {

    private final MemorySegment values;
    private final Runnable giveBack;
    private final AtomicBoolean released = new AtomicBoolean();

    Activation(MemorySegment values, Runnable giveBack) {
        this.values = values;
        this.giveBack = giveBack;
    }

    /** Memory that belongs to no pool. */
    public static Activation of(MemorySegment values) {
        return new Activation(values, () -> {});
    }

    /** The values; not to be touched after {@link #release}. Readable from every thread. */
    public MemorySegment values() {
        return values;
    }

    /** Gives the memory back; a second call changes nothing. */
    public void release() {
        if (released.compareAndSet(false, true)) {
            giveBack.run();
        }
    }
}
