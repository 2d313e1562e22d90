package dev.molink.controlplane.profit;

import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one request earned and cost.
 *
 * @param billed whether its project is billed
 * @param charge null where it is not billed, or has no charge
 * @param currency of the charge; empty without one
 * @param evidenceComplete whether the stages together told all rows of all layers
 * @param profilesComplete whether each stage that told had a cost profile
 * @param cost the part that is known, by currency
 */
record RequestProfit(
        boolean billed,
        @Nullable BigDecimal charge,
        String currency,
        boolean evidenceComplete,
        boolean profilesComplete,
        Map<String, CostSum> cost,
        long busyNanos,
        long bytesSent) {}
