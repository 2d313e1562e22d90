package dev.molink.bench.relay;

/**
 * When bytes that are handed to one direction of a link leave it: one after another, at the link's rate. All connections
 * of a direction share it. Times are of {@link System#nanoTime()} or of a test.
 */
final class Wire {

    private final double nanosPerByte;

    /** When the last byte so far has left; guarded by this. */
    private double freeNanos;

    private boolean used;

    Wire(double bytesPerSecond) {
        this.nanosPerByte = 1e9 / bytesPerSecond;
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
