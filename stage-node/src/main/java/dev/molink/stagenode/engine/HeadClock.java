package dev.molink.stagenode.engine;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The wall clock for reports and the monotonic one for deadlines. */
record HeadClock(InstantSource wall, LongSupplier monotonicNanos) {

    static final HeadClock SYSTEM = new HeadClock(InstantSource.system(), System::nanoTime);

    long unixNanos() {
        Instant now = wall.instant();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    long nanos() {
        return monotonicNanos.getAsLong();
    }
}
