package dev.molink.controlplane.admission;

import java.math.BigDecimal;
import java.time.Instant;

/** Who wants to know that a part of a budget is used up. */
public interface BudgetEvents {

    /**
     * Told once per budget, month and threshold, in the transaction that wrote it down: what this writes is durable with it,
     * or neither. Not told of budgets in shadow mode.
     */
    void crossed(Crossing crossing);

    /**
     * @param thresholdPercent of the budget's amount
     * @param settled what was charged so far, at least that part of the amount
     * @param monthStart of the month that is counted
     */
    record Crossing(
            UsageLimit budget, int thresholdPercent, BigDecimal settled, Instant monthStart, Instant crossedAt) {}
}
