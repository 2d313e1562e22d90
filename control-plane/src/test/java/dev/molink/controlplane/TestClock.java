package dev.molink.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands until it is moved. */
public final class TestClock implements InstantSource {

    private volatile Instant now = Instant.parse("2026-11-21T12:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    public long nanos() {
        return Duration.between(Instant.EPOCH, now).toNanos();
    }

    public synchronized void advance(Duration duration) {
        now = now.plus(duration);
    }
}
