package dev.molink.stagenode.gatewaylink;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How a node bears with one gateway: growing pauses between attempts, with jitter so that nodes do not come back all at
 * once, and the time since it was first refused.
 */
final class Backoff {

    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final RandomGenerator random;

    // Guarded by this.
    private long nextMillis = FIRST.toMillis();
    private @Nullable Long firstRefusalNanos;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** Whether no attempt has failed since the last success. */
    synchronized boolean isFresh() {
        return nextMillis == FIRST.toMillis();
    }

    /** Between half and the whole of a pause that doubles each time. */
    synchronized Duration next() {
        long pause = nextMillis;
        nextMillis = Math.min(2 * pause, LONGEST.toMillis());
        return Duration.ofMillis(pause / 2 + random.nextLong(pause / 2 + 1));
    }

    /** Whether the gateway has not refused the node since it last took it. */
    synchronized boolean isUnrefused() {
        return firstRefusalNanos == null;
    }

    /** Counts a refusal; true when refusals have gone on for longer than {@code patience}. */
    synchronized boolean refusedFor(Duration patience, long nowNanos) {
        if (firstRefusalNanos == null) {
            firstRefusalNanos = nowNanos;
        }
        return nowNanos - firstRefusalNanos > patience.toNanos();
    }

    /** The gateway took the node. */
    synchronized void succeeded() {
        nextMillis = FIRST.toMillis();
        firstRefusalNanos = null;
    }
}
