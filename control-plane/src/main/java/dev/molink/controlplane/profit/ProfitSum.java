package dev.molink.controlplane.profit;

import dev.molink.controlplane.profit.Margin.Reason;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Adds requests up. What is unknown of one of them is unknown of the sum. Owned by one thread. */
final class ProfitSum {

    private static final int RATIO_DECIMALS = 12;

    private final String key;
    private long requests;
    private long unbilled;
    private long withoutEvidence;
    private long withoutProfile;
    private long withoutCharge;
    private long busyNanos;
    private long bytesSent;
    private final Map<String, BigDecimal> revenue = new TreeMap<>();
    private final Map<String, CostSum> cost = new TreeMap<>();

    ProfitSum(String key) {
        this.key = key;
    }

    void add(RequestProfit request) {
        requests++;
        unbilled += request.billed() ? 0 : 1;
        withoutEvidence += request.evidenceComplete() ? 0 : 1;
        withoutProfile += request.profilesComplete() ? 0 : 1;
        BigDecimal charge = request.charge();
        if (charge != null) {
            revenue.merge(request.currency(), charge, BigDecimal::add);
        } else if (request.billed()) {
            withoutCharge++;
        }
        request.cost()
                .forEach((currency, sum) ->
                        cost.computeIfAbsent(currency, _ -> new CostSum()).add(sum));
        busyNanos = Math.addExact(busyNanos, request.busyNanos());
        bytesSent = Math.addExact(bytesSent, request.bytesSent());
    }

    ProfitLine line() {
        Map<String, BigDecimal> costs = new TreeMap<>();
        cost.forEach((currency, sum) -> costs.put(currency, sum.amount()));
        return new ProfitLine(
                key,
                requests,
                unbilled,
                withoutEvidence,
                withoutProfile,
                withoutCharge,
                new Amounts(withoutCharge == 0, revenue),
                new Amounts(withoutEvidence == 0 && withoutProfile == 0, costs),
                margin(costs),
                busyNanos,
                bytesSent);
    }

    private Margin margin(Map<String, BigDecimal> costs) {
        Reason reason = unknown(costs);
        if (reason != null) {
            return new Margin.Unknown(reason);
        }
        Map.Entry<String, BigDecimal> only = costs.entrySet().iterator().next();
        BigDecimal earned = revenue.getOrDefault(only.getKey(), BigDecimal.ZERO);
        BigDecimal ratio =
                earned.subtract(only.getValue()).divide(only.getValue(), RATIO_DECIMALS, RoundingMode.HALF_EVEN);
        return new Margin.Known(ratio, only.getKey());
    }

    private @Nullable Reason unknown(Map<String, BigDecimal> costs) {
        TreeSet<String> currencies = new TreeSet<>(costs.keySet());
        currencies.addAll(revenue.keySet());
        if (withoutEvidence > 0) {
            return Reason.EVIDENCE_MISSING;
        }
        if (withoutProfile > 0) {
            return Reason.COST_PROFILE_MISSING;
        }
        if (withoutCharge > 0) {
            return Reason.CHARGE_MISSING;
        }
        if (currencies.size() > 1) {
            return Reason.SEVERAL_CURRENCIES;
        }
        boolean spent = costs.values().stream().anyMatch(amount -> amount.signum() > 0);
        return spent ? null : Reason.NO_COST;
    }
}
