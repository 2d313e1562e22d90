package dev.molink.bench.relay;

import java.time.Duration;

/**
 * Times at which something is out, again and again: it works, then is out for the last {@code length} of every
 * {@code period}. Counted from when the link got its shape.
 *
 * @param length zero: never out
 */
public record Outages(Duration length, Duration period) {

    public static final Outages NONE = new Outages(Duration.ZERO, Duration.ofSeconds(1));

    public Outages {
        if (length.isNegative() || length.compareTo(period) >= 0) {
            throw new IllegalArgumentException(
                    "an outage of %s every %s leaves no time between".formatted(length, period));
        }
    }

    boolean none() {
        return length.isZero();
    }

    /** Nanoseconds of every period that it works. */
    private double working() {
        return (double) period.toNanos() - length.toNanos();
    }

    /** The time that it has worked at {@code nanos} after the beginning. */
    double worked(double nanos) {
        double periods = Math.floor(nanos / period.toNanos());
        return periods * working() + Math.min(nanos - periods * period.toNanos(), working());
    }

    /** The earliest time by which it has worked for {@code nanos}: an inverse of {@link #worked}. */
    double done(double nanos) {
        double periods = Math.ceil(nanos / working()) - 1;
        return periods * period.toNanos() + (nanos - periods * working());
    }

    /** The latest time by which it has worked for {@code nanos}, and goes on: the other inverse. */
    double resumed(double nanos) {
        double periods = Math.floor(nanos / working());
        return periods * period.toNanos() + (nanos - periods * working());
    }
}
