package dev.molink.controlplane.admission;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A bound that holds for a request.
 *
 * @param capacity null for a wallet
 */
record Limited(Bound bound, @Nullable BigDecimal capacity) {

    LimitMetric metric() {
        return bound.metric();
    }

    LimitOwner owner() {
        return bound.owner();
    }

    boolean growsWithTokens() {
        return metric().unit() == LimitMetric.Unit.TOKENS || metric().unit() == LimitMetric.Unit.MONEY;
    }
}
