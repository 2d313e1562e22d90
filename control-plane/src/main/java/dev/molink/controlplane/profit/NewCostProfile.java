package dev.molink.controlplane.profit;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/**
 * A version of a cost profile that somebody wants to add. Amounts are from 0 to 1,000,000,000 with up to 12 decimals.
 *
 * @param nodeId or {@link CostProfile#ANY_NODE}
 * @param effectiveFrom may be in the past: reports over that time change with it; null: from now on
 */
public record NewCostProfile(
        String nodeId,
        NodeCost cost,
        BigDecimal pricePerGigabyte,
        String currency,
        @Nullable Instant effectiveFrom) {

    private static final int MAX_NODE_LENGTH = 80;
    private static final int MAX_DECIMALS = 12;
    private static final BigDecimal MAX_AMOUNT = new BigDecimal(1_000_000_000);
    private static final BigDecimal MIN_LIFE = BigDecimal.ONE;

    /** @throws RefusedException when a value is out of range; it names the field, the value and the range */
    public NewCostProfile {
        if (nodeId.isBlank() || nodeId.length() > MAX_NODE_LENGTH) {
            throw refused(
                    "node_id",
                    "'node_id' has 1 to %d characters, or is '*' for every node without a profile of its own, but it has %d"
                            .formatted(MAX_NODE_LENGTH, nodeId.length()));
        }
        cost = switch (cost) {
            case NodeCost.Rent(BigDecimal perHour) -> new NodeCost.Rent(require("rent_per_hour", perHour));
            case NodeCost.Purchase bought ->
                new NodeCost.Purchase(
                        require("purchase_price", bought.price()),
                        requireLife(bought.lifeHours()),
                        require("busy_watts", bought.busyWatts()),
                        require("idle_watts", bought.idleWatts()),
                        require("price_per_kwh", bought.pricePerKwh()));
        };
        pricePerGigabyte = require("price_per_gigabyte", pricePerGigabyte);
        requireCurrency(currency);
    }

    private static void requireCurrency(String currency) {
        try {
            Currency.getInstance(currency);
        } catch (IllegalArgumentException unknown) {
            throw refused(
                    "currency",
                    "'currency' must be a code of ISO 4217 such as USD, but it is '%s'".formatted(currency));
        }
    }

    private static BigDecimal requireLife(BigDecimal hours) {
        BigDecimal life = require("life_hours", hours);
        if (life.compareTo(MIN_LIFE) < 0) {
            throw refused(
                    "life_hours", "'life_hours' must be at least 1, but it is %s".formatted(life.toPlainString()));
        }
        return life;
    }

    private static BigDecimal require(String field, BigDecimal amount) {
        // of a number such as 1e999999999 nothing may be computed before its size is known to be sane
        boolean sane = Math.abs((long) amount.scale()) <= 100 && amount.precision() <= 100;
        BigDecimal plain = sane ? amount.stripTrailingZeros() : BigDecimal.ONE.negate();
        if (plain.signum() < 0 || plain.compareTo(MAX_AMOUNT) > 0 || plain.scale() > MAX_DECIMALS) {
            throw refused(
                    field,
                    "'%s' must be between 0 and %s with at most %d decimals, but it is %s"
                            .formatted(
                                    field,
                                    MAX_AMOUNT.toPlainString(),
                                    MAX_DECIMALS,
                                    sane ? amount.toPlainString() : "a number of absurd size"));
        }
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }

    private static RefusedException refused(String field, String sentence) {
        return new RefusedException(Reason.INVALID_VALUE, sentence, field);
    }
}
