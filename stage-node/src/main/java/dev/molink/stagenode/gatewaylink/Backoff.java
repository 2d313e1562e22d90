package dev.molink.stagenode.gatewaylink;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Growing pauses between attempts, with jitter so that nodes do not come back all at once. Not thread-safe. */
final class Backoff {

    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(3);

    private final RandomGenerator random;
    private long nextMillis = FIRST.toMillis();

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** Between half and the whole of a pause that doubles each time. */
    Duration next() {
        long pause = nextMillis;
        nextMillis = Math.min(2 * pause, LONGEST.toMillis());
        return Duration.ofMillis(pause / 2 + random.nextLong(pause / 2 + 1));
    }

    void reset() {
        nextMillis = FIRST.toMillis();
    }
}
