package dev.molink.controlplane.usage;

import dev.molink.controlplane.pricing.TokenCounts;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * By what a request is charged and, once the store has charged it, how much.
 *
 * @param priceRuleId the price rule that held at its admission; null when its project is not billed
 * @param coveredTokens the most generated tokens that its lease could cover, over all choices: never are more charged; null
 *     where no lease told
 * @param charged the tokens that are charged, by the documented rule; null when its project is not billed
 * @param charge exact, in {@code currency}; null when its project is not billed
 */
public record UsageBill(
        @Nullable String priceRuleId,
        @Nullable Long coveredTokens,
        @Nullable TokenCounts charged,
        @Nullable BigDecimal charge,
        @Nullable String currency) {

    /** That of a project that is not billed, where no lease told. */
    public static final UsageBill NONE = due(null, null);

    public UsageBill {
        if (coveredTokens != null && coveredTokens < 0) {
            throw new IllegalArgumentException(
                    "a lease covers at least 0 tokens, but this one %d".formatted(coveredTokens));
        }
    }

    /** That of a request which nobody has charged yet: the store does when it writes the record. Nulls as above. */
    public static UsageBill due(@Nullable String priceRuleId, @Nullable Long coveredTokens) {
        return new UsageBill(priceRuleId, coveredTokens, null, null, null);
    }

    UsageBill charged(TokenCounts tokens, BigDecimal amount, String inCurrency) {
        return new UsageBill(priceRuleId, coveredTokens, tokens, amount, inCurrency);
    }

    /** This bill with the covered tokens of the {@code earlier} one where it lacks its own. */
    UsageBill completedBy(UsageBill earlier) {
        Long covered = coveredTokens == null ? earlier.coveredTokens : coveredTokens;
        return new UsageBill(priceRuleId, covered, charged, charge, currency);
    }
}
