package dev.molink.controlplane.profit;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Money, by currency: amounts of different currencies are never added.
 *
 * @param known whether it is all; otherwise it is the part that is known, and the sum is unknown
 */
public record Amounts(boolean known, Map<String, BigDecimal> byCurrency) {

    public Amounts {
        byCurrency = Collections.unmodifiableMap(new TreeMap<>(byCurrency));
    }
}
