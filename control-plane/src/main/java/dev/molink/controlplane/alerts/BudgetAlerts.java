package dev.molink.controlplane.alerts;

import dev.molink.controlplane.admission.BudgetEvents;
import dev.molink.controlplane.admission.UsageLimit;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Tells that a part of a budget is used up. */
final class BudgetAlerts implements BudgetEvents {

    private final Alerts alerts;

    BudgetAlerts(Alerts alerts) {
        this.alerts = alerts;
    }

    @Override
    public void crossed(Crossing crossing) {
        UsageLimit budget = crossing.budget();
        Map<String, String> data = new TreeMap<>();
        data.put("limit_id", budget.limitId());
        data.put("owner", budget.owner().toString());
        data.put("mode", budget.mode().name().toLowerCase(Locale.ROOT));
        data.put("amount", budget.amount().toPlainString());
        data.put("spent", crossing.settled().toPlainString());
        data.put("currency", budget.currency());
        data.put("threshold_percent", Integer.toString(crossing.thresholdPercent()));
        data.put("month_start", crossing.monthStart().toString());
        String key = "budget:%s:%s:%d:%s"
                .formatted(
                        budget.limitId(),
                        crossing.monthStart(),
                        crossing.thresholdPercent(),
                        budget.amount().stripTrailingZeros().toPlainString());
        alerts.raise(AlertKind.BUDGET_THRESHOLD, budget.organizationId(), key, data);
    }
}
