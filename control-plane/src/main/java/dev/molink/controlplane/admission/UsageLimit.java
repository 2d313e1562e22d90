package dev.molink.controlplane.admission;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * The most that an owner may use.
 *
 * @param organizationId that the owner belongs to, or is
 * @param amount requests, tokens, or money in {@code currency}
 * @param currency ISO 4217; empty unless the amount is money
 */
public record UsageLimit(
        String limitId,
        String organizationId,
        LimitOwner owner,
        LimitMetric metric,
        BigDecimal amount,
        Mode mode,
        String currency,
        Instant changedAt) {

    /** What happens where it is reached. All but budgets are hard. */
    public enum Mode {
        /** Requests are refused, streams end. */
        HARD,
        /** Everything goes on; each threshold that is crossed is told once a month. */
        SOFT,
        /** Everything goes on; what was crossed is only recorded. */
        SHADOW
    }
}
