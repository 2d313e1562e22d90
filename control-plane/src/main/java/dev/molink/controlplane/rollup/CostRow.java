package dev.molink.controlplane.rollup;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one group cost its tenant in one bucket.
 *
 * @param projectId null where projects are not told apart
 * @param apiKeyId null where keys are not told apart
 * @param lineItem what was paid for, such as {@code molink-demo, cached input}; null where items are not told apart
 * @param currency ISO 4217, such as {@code USD}
 * @param amount exact
 * @param quantity tokens that were charged; null for a minimum charge, and where items are not told apart
 */
public record CostRow(
        Instant startsAt,
        @Nullable String projectId,
        @Nullable String apiKeyId,
        @Nullable String lineItem,
        String currency,
        BigDecimal amount,
        @Nullable BigInteger quantity) {}
