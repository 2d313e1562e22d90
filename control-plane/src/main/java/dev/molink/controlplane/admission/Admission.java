package dev.molink.controlplane.admission;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The answer to a request that wants to run. */
public sealed interface Admission {

    /** How the tightest limits on requests and tokens stand, for {@code x-ratelimit-*}. */
    RateLimitState limits();

    /** It may run; the lease must be ended, whatever happens. */
    record Admitted(Lease lease, RateLimitState limits) implements Admission {}

    /**
     * It may not run.
     *
     * @param sentence names the limit, its bound and its owner
     * @param retryAfter when the same request would be admitted, to the second; null: not by waiting
     */
    record Refused(Reason reason, String sentence, @Nullable Duration retryAfter, RateLimitState limits)
            implements Admission {}

    /** Why a request may not run. */
    enum Reason {
        REQUESTS_PER_MINUTE,
        TOKENS_PER_MINUTE,
        REQUESTS_PER_DAY,
        TOKENS_PER_DAY,
        CONCURRENT_REQUESTS,
        BUDGET,
        WALLET,
        /** The database does not answer and the local allowance is used up. */
        UNAVAILABLE
    }
}
