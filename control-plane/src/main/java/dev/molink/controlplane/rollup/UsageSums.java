package dev.molink.controlplane.rollup;

import dev.molink.controlplane.pricing.TokenCounts;
import dev.molink.controlplane.usage.UsageRecord;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;

/**
 * Sums over requests. Tokens have no upper bound: the counts of single requests may come near that of {@code long}.
 *
 * @param failedRequests part of {@code requests}
 * @param promptTokens of the whole prompts, cached ones included
 * @param deliveredTokens of the requests of which it is known
 * @param chargedPromptTokens those that the charging rule makes of the prompts, cached ones included
 * @param charge exact, in the one currency that the sums are for; zero where nothing is billed
 */
public record UsageSums(
        long requests,
        long failedRequests,
        BigInteger promptTokens,
        BigInteger cachedTokens,
        BigInteger generatedTokens,
        BigInteger deliveredTokens,
        BigInteger chargedPromptTokens,
        BigInteger chargedCachedTokens,
        BigInteger chargedGeneratedTokens,
        BigDecimal charge) {

    public static final UsageSums NONE = new UsageSums(
            0,
            0,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigInteger.ZERO,
            BigDecimal.ZERO);
    private static final TokenCounts NOTHING = new TokenCounts(0, 0, 0);

    public UsageSums {
        // the databases fill up to their scale; equal amounts shall be equal sums
        charge = charge.signum() == 0 ? BigDecimal.ZERO : charge.stripTrailingZeros();
    }

    /** @param deliveredTokens of the record, or of the one that it replaced where it does not know them itself */
    static UsageSums of(UsageRecord record, long deliveredTokens) {
        TokenCounts charged = Objects.requireNonNullElse(record.charged(), NOTHING);
        return new UsageSums(
                1,
                record.failureCode() == null ? 0 : 1,
                BigInteger.valueOf(record.promptTokens()),
                BigInteger.valueOf(record.cachedTokens()),
                BigInteger.valueOf(record.generatedTokens()),
                BigInteger.valueOf(deliveredTokens),
                BigInteger.valueOf(charged.promptTokens()),
                BigInteger.valueOf(charged.cachedTokens()),
                BigInteger.valueOf(charged.generatedTokens()),
                Objects.requireNonNullElse(record.charge(), BigDecimal.ZERO));
    }

    public UsageSums plus(UsageSums more) {
        return new UsageSums(
                requests + more.requests,
                failedRequests + more.failedRequests,
                promptTokens.add(more.promptTokens),
                cachedTokens.add(more.cachedTokens),
                generatedTokens.add(more.generatedTokens),
                deliveredTokens.add(more.deliveredTokens),
                chargedPromptTokens.add(more.chargedPromptTokens),
                chargedCachedTokens.add(more.chargedCachedTokens),
                chargedGeneratedTokens.add(more.chargedGeneratedTokens),
                charge.add(more.charge));
    }

    UsageSums negated() {
        return new UsageSums(
                -requests,
                -failedRequests,
                promptTokens.negate(),
                cachedTokens.negate(),
                generatedTokens.negate(),
                deliveredTokens.negate(),
                chargedPromptTokens.negate(),
                chargedCachedTokens.negate(),
                chargedGeneratedTokens.negate(),
                charge.negate());
    }
}
