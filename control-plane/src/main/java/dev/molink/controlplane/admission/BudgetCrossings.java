package dev.molink.controlplane.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.molink.controlplane.admission.BudgetEvents.Crossing;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Notes once which part of which budget is used up, whatever its mode, and tells it unless the mode is shadow. */
final class BudgetCrossings {

    private static final int PERCENT_DIGITS = 2;
    private static final int MAX_KNOWN = 100_000;
    private static final String INSERT = """
            INSERT INTO budget_crossing (bound_id, threshold_percent, limit_id, mode, amount, settled, crossed_at)
            VALUES (:boundId, :percent, :limitId, :mode, :amount, :settled, :crossedAt)
            ON CONFLICT DO NOTHING""";

    private final NamedParameterJdbcOperations database;
    private final LimitBook book;
    private final DatabaseTime time;
    private final List<Integer> thresholds;
    private final List<BudgetEvents> listeners;
    /** Crossings whose rows are there for sure. */
    private final Cache<Known, Boolean> known = Caffeine.newBuilder()
            .maximumSize(MAX_KNOWN)
            .expireAfterAccess(Duration.ofDays(1))
            .build();

    private record Known(String boundId, int percent, BigDecimal amount) {}

    BudgetCrossings(
            NamedParameterJdbcOperations database,
            LimitBook book,
            DatabaseTime time,
            List<Integer> thresholds,
            List<BudgetEvents> listeners) {
        this.database = database;
        this.book = book;
        this.time = time;
        this.thresholds = thresholds;
        this.listeners = listeners;
    }

    /** Within the transaction that settles. */
    void note(Bound bound, BigDecimal settled) {
        if (bound.metric() != LimitMetric.BUDGET_PER_MONTH) {
            return;
        }
        for (UsageLimit budget : book.of(bound.owner())) {
            if (budget.metric() == bound.metric() && budget.currency().equals(bound.currency())) {
                thresholds.stream()
                        .filter(percent -> reached(budget.amount(), percent, settled))
                        .forEach(percent -> crossed(bound, budget, percent, settled));
            }
        }
    }

    private static boolean reached(BigDecimal amount, int percent, BigDecimal settled) {
        BigDecimal part = amount.multiply(BigDecimal.valueOf(percent)).scaleByPowerOfTen(-PERCENT_DIGITS);
        return settled.compareTo(part) >= 0;
    }

    private void crossed(Bound bound, UsageLimit budget, int percent, BigDecimal settled) {
        Known crossing = new Known(bound.id(), percent, budget.amount());
        if (known.getIfPresent(crossing) != null) {
            return;
        }
        Instant now = time.now();
        int written = database.update(
                INSERT,
                new MapSqlParameterSource("boundId", bound.id())
                        .addValue("percent", percent)
                        .addValue("limitId", budget.limitId())
                        .addValue("mode", budget.mode().name())
                        .addValue("amount", budget.amount())
                        .addValue("settled", settled)
                        .addValue("crossedAt", now.atOffset(ZoneOffset.UTC)));
        if (written == 0) {
            // only now: a row of this transaction may still be rolled back
            known.put(crossing, true);
        } else if (budget.mode() != UsageLimit.Mode.SHADOW) {
            Crossing told = new Crossing(budget, percent, settled, bound.start(), now);
            listeners.forEach(listener -> listener.crossed(told));
        }
    }
}
