package dev.molink.bench.relay;

/**
 * One direction of a link: when bytes that are handed to it leave it, one after another, at the link's rate, and when
 * they arrive. All connections of a direction share it; its shape may change at any time. Times are of
 * {@link System#nanoTime()} or of a test.
 */
final class Wire {

    private double nanosPerByte; // guarded by this
    private long delayNanos; // guarded by this

    /** When the last byte so far has left; guarded by this. */
    private double freeNanos;

    private boolean used; // guarded by this

    Wire(LinkShape shape) {
        shape(shape);
    }

    /** Changes rate and delay for the bytes that come from now on. */
    final synchronized void shape(LinkShape shape) {
        nanosPerByte = 1e9 / shape.bytesPerSecond();
        delayNanos = shape.delay().toNanos();
    }

    synchronized long delayNanos() {
        return delayNanos;
    }

    /** When {@code bytes} more, handed over at {@code nowNanos}, have left. */
    synchronized long departure(int bytes, long nowNanos) {
        if (!used || freeNanos < nowNanos) {
            freeNanos = nowNanos;
            used = true;
        }
        freeNanos += bytes * nanosPerByte;
        return Math.round(freeNanos);
    }
}
