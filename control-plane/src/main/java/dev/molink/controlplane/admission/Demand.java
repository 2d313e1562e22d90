package dev.molink.controlplane.admission;

import dev.molink.controlplane.pricing.PriceRule;
import dev.molink.controlplane.pricing.TokenCounts;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** What a request takes of each kind of bound. */
record Demand(@Nullable PriceRule price, int promptTokens) {

    /** The amount that covers the prompt and {@code generatedTokens}; at least what the request will be charged for them. */
    BigDecimal of(LimitMetric metric, long generatedTokens) {
        return switch (metric.unit()) {
            case REQUESTS, SLOTS -> BigDecimal.ONE;
            case TOKENS -> BigDecimal.valueOf(promptTokens).add(BigDecimal.valueOf(generatedTokens));
            case MONEY -> price == null ? BigDecimal.ZERO : dearest(price, generatedTokens);
        };
    }

    /** How much of the prompt is cached shows later, and cached tokens need not be the cheaper ones. */
    private BigDecimal dearest(PriceRule rule, long generatedTokens) {
        BigDecimal uncached =
                rule.charge(new TokenCounts(promptTokens, 0, generatedTokens)).total();
        BigDecimal cached = rule.charge(new TokenCounts(promptTokens, promptTokens, generatedTokens))
                .total();
        return uncached.max(cached);
    }
}
