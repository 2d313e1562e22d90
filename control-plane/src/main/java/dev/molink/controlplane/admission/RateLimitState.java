package dev.molink.controlplane.admission;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The tightest limit of each kind that holds for a request.
 *
 * @param requests null: requests are not limited
 * @param tokens null: tokens are not limited
 */
public record RateLimitState(
        @Nullable Window requests, @Nullable Window tokens) {

    public static final RateLimitState UNLIMITED = new RateLimitState(null, null);

    /**
     * @param remaining after the request that it is told to
     * @param reset until the whole limit is there again
     */
    public record Window(long limit, long remaining, Duration reset) {}
}
