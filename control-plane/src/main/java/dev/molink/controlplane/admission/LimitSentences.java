package dev.molink.controlplane.admission;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What clients read about limits. */
final class LimitSentences {

    private LimitSentences() {}

    /**
     * @param reserved whether running requests hold what lacks
     * @param retryAfter null: not by waiting
     */
    static String refused(Need need, BigDecimal remaining, boolean reserved, @Nullable Duration retryAfter) {
        Bound bound = need.bound();
        LimitMetric metric = bound.metric();
        String state = switch (metric) {
            case WALLET ->
                "The prepaid credit of %s is %s: the request reserves %s %s, but %s %s are left."
                        .formatted(
                                bound.owner().words(),
                                gone(reserved),
                                plain(need.amount()),
                                bound.currency(),
                                plain(remaining),
                                bound.currency());
            case BUDGET_PER_MONTH ->
                "The budget of %s is %s: %s %s per month, of which the request reserves %s %s."
                        .formatted(
                                bound.owner().words(),
                                gone(reserved),
                                limit(need),
                                bound.currency(),
                                plain(need.amount()),
                                bound.currency());
            case CONCURRENT_REQUESTS ->
                "Rate limit reached for %s on %s: limit %s."
                        .formatted(metric.words(), bound.owner().words(), limit(need));
            case REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE, REQUESTS_PER_DAY, TOKENS_PER_DAY ->
                "Rate limit reached for %s on %s: limit %s, remaining %s, requested %s."
                        .formatted(
                                metric.words(),
                                bound.owner().words(),
                                limit(need),
                                plain(remaining),
                                plain(need.amount()));
        };
        if (retryAfter == null) {
            return need.capacity() != null && need.amount().compareTo(need.capacity()) > 0
                    ? state + " The request is larger than the whole limit."
                    : state;
        }
        return state + again(retryAfter);
    }

    private static String gone(boolean reserved) {
        return reserved ? "reserved by running requests" : "used up";
    }

    /** So many wait that this one was not let. */
    static String crowded(Need need, Duration retryAfter) {
        return "Too many requests wait for the %s of %s.%s"
                .formatted(need.bound().metric().words(), need.bound().owner().words(), again(retryAfter));
    }

    private static String again(Duration retryAfter) {
        return " Please try again in %ds.".formatted(seconds(retryAfter));
    }

    /** Why a stream ended. */
    static String ended(Need need) {
        Bound bound = need.bound();
        return bound.metric() == LimitMetric.WALLET
                ? "The answer ends here because the prepaid credit of %s is used up."
                        .formatted(bound.owner().words())
                : "The answer ends here because the budget of %s, %s %s per month, is used up."
                        .formatted(bound.owner().words(), limit(need), bound.currency());
    }

    /** Why a stream ended of which nobody can tell whether there is more. */
    static String endedUnknowing(Need need) {
        return "The answer ends here because the database does not answer, and what may be used of the %s of %s without it is used up."
                .formatted(need.bound().metric().words(), need.bound().owner().words());
    }

    static String unavailable(Need need) {
        return "Whether the %s of %s allow the request cannot be told just now. Please try again."
                .formatted(need.bound().metric().words(), need.bound().owner().words());
    }

    private static String limit(Need need) {
        return need.capacity() == null ? "" : plain(need.capacity());
    }

    private static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }

    private static long seconds(Duration wait) {
        return Math.max(1, wait.plusSeconds(1).minusNanos(1).toSeconds());
    }
}
