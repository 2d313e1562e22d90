package dev.molink.controlplane.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a billing month that are alike, in one sum; reversals count against what they reverse.
 *
 * @param projectId of charges; null for other kinds, as the model and the rule are
 * @param late whether they belong to earlier months, which were closed already
 * @param promptTokens charged, as the other two
 * @param tenantChange what they add to what the tenant has: below 0 for charges
 */
public record MonthSum(
        @Nullable String projectId,
        @Nullable String model,
        @Nullable String priceRuleId,
        EntryKind kind,
        boolean late,
        BigInteger promptTokens,
        BigInteger cachedTokens,
        BigInteger generatedTokens,
        BigDecimal tenantChange) {}
