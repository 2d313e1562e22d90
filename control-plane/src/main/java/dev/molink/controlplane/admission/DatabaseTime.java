package dev.molink.controlplane.admission;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time of the database, by which all replicas count: its last reading plus what the monotonic clock has advanced since.
 * A jump of this machine's own clock changes nothing. Until the first reading it is this machine's. Safe for any thread.
 */
final class DatabaseTime {

    private final LongSupplier nanos;
    private volatile Reading last;

    private record Reading(Instant time, long nanos) {}

    DatabaseTime(InstantSource clock, LongSupplier nanos) {
        this.nanos = nanos;
        this.last = new Reading(clock.instant(), nanos.getAsLong());
    }

    /** The database answered {@code time} to a question that was asked at {@code askedNanos}. */
    void observe(Instant time, long askedNanos) {
        long answeredNanos = nanos();
        last = new Reading(time, askedNanos + (answeredNanos - askedNanos) / 2);
    }

    Instant now() {
        Reading reading = last;
        return reading.time.plus(Duration.ofNanos(nanos() - reading.nanos));
    }

    /** Of the monotonic clock. */
    long nanos() {
        return nanos.getAsLong();
    }
}
