package dev.molink.bench.relay;

import java.time.Duration;

/**
 * One direction of a link.
 *
 * @param bytesPerSecond what passes at most
 * @param delay from the departure of a byte to its arrival
 * @param jitter how the delay varies
 * @param burstBytes what may pass at once after a pause, before the rate holds: the depth of a token bucket
 * @param stall times at which nothing departs; what is under way arrives
 * @param cut times at which connections are reset and none is accepted, of both directions
 */
public record LinkShape(
        double bytesPerSecond, Duration delay, Jitter jitter, long burstBytes, Outages stall, Outages cut) {

    public LinkShape {
        if (!(bytesPerSecond > 0) || delay.isNegative()) {
            throw new IllegalArgumentException("a link of %s bytes per second with a delay of %s carries nothing"
                    .formatted(bytesPerSecond, delay));
        }
        if (burstBytes < 0) {
            throw new IllegalArgumentException("a burst of %d bytes is less than none".formatted(burstBytes));
        }
    }

    /** A link that only has a rate and a delay. */
    public LinkShape(double bytesPerSecond, Duration delay) {
        this(bytesPerSecond, delay, Jitter.NONE, 0, Outages.NONE, Outages.NONE);
    }

    /**
     * Reads what people write.
     *
     * @param rate such as {@code 100mbit} or {@code 1gbit}
     * @param delay such as {@code 15ms}
     */
    public static LinkShape parse(String rate, String delay) {
        return new LinkShape(LinkShapeText.rate(rate), LinkShapeText.duration("link delay", delay));
    }

    /**
     * Reads a whole shape, such as {@code rate=100mbit,delay=15ms,jitter=2ms,burst=16k,stall=500ms/5s,cut=2s/60s}. Only
     * the rate must be there. A jitter is uniform, {@code jitter=2ms:normal} has a standard deviation instead, and
     * {@code seed=7} says what it draws.
     */
    public static LinkShape parse(String shape) {
        return LinkShapeText.read(shape);
    }

    /** The same link with a jitter. */
    public LinkShape withJitter(Jitter changed) {
        return new LinkShape(bytesPerSecond, delay, changed, burstBytes, stall, cut);
    }

    /** The same link with a burst. */
    public LinkShape withBurst(long bytes) {
        return new LinkShape(bytesPerSecond, delay, jitter, bytes, stall, cut);
    }

    /** The same link with times at which it stalls. */
    public LinkShape withStall(Outages changed) {
        return new LinkShape(bytesPerSecond, delay, jitter, burstBytes, changed, cut);
    }

    /** The same link with times at which it is cut. */
    public LinkShape withCut(Outages changed) {
        return new LinkShape(bytesPerSecond, delay, jitter, burstBytes, stall, changed);
    }

    /** Bytes that leave in {@code nanos}. */
    long bytesWithin(long nanos) {
        return (long) (bytesPerSecond / 1e9 * nanos);
    }

    /** The form that {@link #parse(String)} reads. */
    @Override
    public String toString() {
        return LinkShapeText.write(this);
    }
}
