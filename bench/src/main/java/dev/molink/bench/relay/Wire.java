package dev.molink.bench.relay;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One direction of a link: when bytes that are handed to it leave it, one after another, at the link's rate, and when
 * they arrive. All connections of a direction share it; its shape may change at any time. Times are of
 * {@link System#nanoTime()} or of a test.
 *
 * <p>Stalls are left out of the wire's own time, so that rate and burst know nothing of them: a wire that stands still
 * saves nothing up. The bucket of a burst is kept as the time at which it would be full of nothing: bytes push
 * {@code free} ahead, and it lags behind the present by the bucket's depth at most.
 */
final class Wire {

    private final long salt;

    private LinkShape shape; // guarded by this, as all below
    private double nanosPerByte;
    private RandomGenerator random;

    /** When the shape came; the beginning of the wire's own time. */
    private long originNanos;

    /** When the last byte so far has left, in the wire's own time; negative infinity: nothing has left yet. */
    private double free = Double.NEGATIVE_INFINITY;

    /** @param salt what sets this wire's jitter apart from that of others with the same seed */
    Wire(LinkShape shape, long salt, long nowNanos) {
        this.salt = salt;
        this.shape = shape;
        this.random = random(shape);
        this.nanosPerByte = 1e9 / shape.bytesPerSecond();
        this.originNanos = nowNanos;
    }

    private RandomGenerator random(LinkShape of) {
        return new SplittableRandom(of.jitter().seed() + salt);
    }

    /** Changes the link for the bytes that come from now on. */
    synchronized void shape(LinkShape changed, long nowNanos) {
        double left = (double) (freeNanos(nowNanos) - nowNanos);
        free = left > 0 ? left : Double.NEGATIVE_INFINITY;
        shape = changed;
        random = random(changed);
        nanosPerByte = 1e9 / changed.bytesPerSecond();
        originNanos = nowNanos;
    }

    synchronized LinkShape shape() {
        return shape;
    }

    /** Lets nothing leave for some time. */
    synchronized void stall(long nanos, long nowNanos) {
        free = Math.max(free, ownTime(nowNanos)) + nanos;
    }

    /** When {@code bytes} more, ready since {@code readyNanos}, have left. */
    synchronized long departure(int bytes, long readyNanos) {
        double ready = ownTime(readyNanos);
        free = Math.max(free, ready - shape.burstBytes() * nanosPerByte) + bytes * nanosPerByte;
        // What ends with the wire's last moment before a stall has left; what comes during a stall leaves after it.
        return originNanos
                + Math.round(Math.max(shape.stall().done(free), shape.stall().resumed(ready)));
    }

    /** When bytes that leave at {@code departureNanos} arrive. */
    synchronized long arrival(long departureNanos) {
        long delay = shape.delay().toNanos() + shape.jitter().draw(random);
        return departureNanos + Math.max(0, delay);
    }

    /** When the bytes handed over so far have left; {@code nowNanos} or before it when they all have. */
    synchronized long freeNanos(long nowNanos) {
        return free == Double.NEGATIVE_INFINITY
                ? nowNanos
                : originNanos + Math.round(shape.stall().done(free));
    }

    private double ownTime(long nanos) {
        return shape.stall().worked((double) (nanos - originNanos));
    }
}
