package dev.molink.controlplane.pricing;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One version of what a model costs; never changed once it exists. Prices are per 1,000,000 tokens, with up to 12 decimals.
 *
 * @param ruleId of this version; a request keeps the one that held when it was admitted
 * @param organizationId whose override it is; null: everybody's
 * @param minimumCharge of a request that is charged at all
 * @param effectiveFrom from when on it holds, until a later version of the same model and organization does
 */
public record PriceRule(
        String ruleId,
        String model,
        @Nullable String organizationId,
        BigDecimal promptPerMillion,
        BigDecimal cachedPerMillion,
        BigDecimal generatedPerMillion,
        BigDecimal minimumCharge,
        String currency,
        Instant effectiveFrom) {

    private static final int MILLION_DIGITS = 6;

    /** The exact charge: prompt without the cached ones, cached, generated; filled up to the minimum. Zero tokens cost zero. */
    public Charge charge(TokenCounts tokens) {
        BigDecimal prompt = price(promptPerMillion, tokens.promptTokens() - tokens.cachedTokens());
        BigDecimal cached = price(cachedPerMillion, tokens.cachedTokens());
        BigDecimal generated = price(generatedPerMillion, tokens.generatedTokens());
        boolean nothing = tokens.promptTokens() == 0 && tokens.generatedTokens() == 0;
        BigDecimal missing = minimumCharge.subtract(prompt.add(cached).add(generated));
        return new Charge(
                prompt, cached, generated, nothing ? BigDecimal.ZERO : missing.max(BigDecimal.ZERO), currency);
    }

    private static BigDecimal price(BigDecimal perMillion, long tokens) {
        return perMillion.multiply(BigDecimal.valueOf(tokens)).scaleByPowerOfTen(-MILLION_DIGITS);
    }
}
