package dev.molink.controlplane.pricing;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/**
 * A version of a price that somebody wants to add. Prices are per 1,000,000 tokens, from 0 to 10,000,000 with up to 12
 * decimals, so that the charge for 2^63 tokens is exact and fits the books.
 *
 * @param organizationId whose override it is; null: everybody's
 * @param effectiveFrom null: from now on
 */
public record NewPrice(
        String model,
        @Nullable String organizationId,
        BigDecimal promptPerMillion,
        BigDecimal cachedPerMillion,
        BigDecimal generatedPerMillion,
        BigDecimal minimumCharge,
        String currency,
        @Nullable Instant effectiveFrom) {

    private static final int MAX_DECIMALS = 12;
    private static final BigDecimal MAX_PRICE = new BigDecimal(10_000_000);
    private static final int MAX_MODEL_LENGTH = 200;

    /** @throws RefusedException when a value is out of range; it names the field, the value and the range */
    public NewPrice {
        if (model.isBlank() || model.length() > MAX_MODEL_LENGTH) {
            throw refused(
                    "model",
                    "'model' has 1 to %d characters, but it has %d".formatted(MAX_MODEL_LENGTH, model.length()));
        }
        promptPerMillion = require("prompt_per_million", promptPerMillion);
        cachedPerMillion = require("cached_per_million", cachedPerMillion);
        generatedPerMillion = require("generated_per_million", generatedPerMillion);
        minimumCharge = require("minimum_charge", minimumCharge);
        requireCurrency(currency);
    }

    /** @throws RefusedException when it is no currency of ISO 4217 */
    public static void requireCurrency(String currency) {
        try {
            Currency.getInstance(currency);
        } catch (IllegalArgumentException unknown) {
            throw refused(
                    "currency",
                    "'currency' must be a code of ISO 4217 such as USD, but it is '%s'".formatted(currency));
        }
    }

    private static BigDecimal require(String field, BigDecimal price) {
        BigDecimal plain = Decimals.isSane(price) ? Decimals.plain(price) : null;
        if (plain == null || plain.signum() < 0 || plain.compareTo(MAX_PRICE) > 0 || plain.scale() > MAX_DECIMALS) {
            throw refused(
                    field,
                    "'%s' must be between 0 and %s with at most %d decimals, but it is %s"
                            .formatted(field, MAX_PRICE.toPlainString(), MAX_DECIMALS, shown(price)));
        }
        return plain;
    }

    private static String shown(BigDecimal value) {
        return Decimals.isSane(value) ? value.toPlainString() : "a number of absurd size";
    }

    private static RefusedException refused(String field, String sentence) {
        return new RefusedException(Reason.INVALID_VALUE, sentence, field);
    }
}
