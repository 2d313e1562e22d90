package dev.molink.controlplane.admission;

import dev.molink.controlplane.Identifiers;
import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.ledger.WalletBalance;
import dev.molink.controlplane.pricing.PriceRule;
import dev.molink.controlplane.pricing.TokenCounts;
import dev.molink.controlplane.storage.Transactions;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.controlplane.usage.SettledUsage;
import dev.molink.controlplane.usage.UsageBill;
import dev.molink.controlplane.usage.UsageCounts;
import dev.molink.controlplane.usage.UsageEnding;
import dev.molink.controlplane.usage.UsageOrigin;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageServing;
import dev.molink.controlplane.usage.UsageTimes;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Replicas on one database, a tenant of their own, and what requests of it look like. */
final class Replicas {

    static final String MODEL = "demo";
    static final int PROMPT = 10;
    static final PriceRule PRICE = new PriceRule(
            "price_1",
            MODEL,
            null,
            new BigDecimal("1.5"),
            new BigDecimal("0.5"),
            new BigDecimal("3.25"),
            BigDecimal.ZERO,
            "USD",
            Instant.EPOCH);

    final TestDatabase database;
    final ProjectSummary project;

    Replicas(TestDatabase database) {
        this.database = database;
        this.project = database.bean(Tenancy.class).createProject("limits-" + UUID.randomUUID(), "project");
    }

    static LimitSettings settings(Duration returnWait, BigDecimal outageAllowance) {
        return settings(returnWait, outageAllowance, 2000);
    }

    static LimitSettings settings(Duration returnWait, BigDecimal outageAllowance, int maxWaiting) {
        return new LimitSettings(
                ZoneOffset.UTC,
                256,
                Duration.ofSeconds(10),
                returnWait,
                maxWaiting,
                outageAllowance,
                Duration.ofMinutes(1),
                List.of(80, 100));
    }

    /** With the real clock and the database's time. */
    LimitReplica replica() {
        return replica(settings(Duration.ofSeconds(1), new BigDecimal("0.02")), System::nanoTime, store(), List.of());
    }

    LimitReplica replica(LimitSettings settings, LongSupplier nanos, BoundStore store, List<BudgetEvents> listeners) {
        return new LimitReplica(
                database.bean(Identifiers.class).next("gw"),
                settings,
                new DatabaseTime(database.clock(), nanos),
                new LimitRows(database.bean(JdbcClient.class)),
                store,
                database.bean(NamedParameterJdbcOperations.class),
                wallets(),
                listeners);
    }

    SharedBounds store() {
        return new SharedBounds(
                database.bean(NamedParameterJdbcOperations.class), database.bean(Transactions.class), wallets());
    }

    private Wallets wallets() {
        return new LedgerWallets(database.bean(WalletBalance.class), database.bean(JdbcClient.class));
    }

    LimitOwner owner() {
        return LimitOwner.project(project.projectId());
    }

    UsageLimit limit(LimitMetric metric, String amount, UsageLimit.Mode mode) {
        return database.bean(UsageLimits.class)
                .set(owner(), metric, new BigDecimal(amount), mode, metric.money() ? "USD" : "");
    }

    UsageLimit hard(LimitMetric metric, String amount) {
        return limit(metric, amount, UsageLimit.Mode.HARD);
    }

    AdmissionRequest request(long maxGeneratedTokens) {
        return new AdmissionRequest(
                "req_" + UUID.randomUUID(),
                "key_1",
                project.projectId(),
                project.organizationId(),
                MODEL,
                PRICE,
                PROMPT,
                maxGeneratedTokens);
    }

    static BigDecimal price(long generatedTokens) {
        return PRICE.charge(new TokenCounts(PROMPT, 0, generatedTokens)).total();
    }

    /** As the journal settles: in a transaction of its own. */
    void settle(LimitReplica replica, String requestId, long generatedTokens) {
        settle(
                replica,
                new SettledUsage(
                        record(requestId, generatedTokens, database.clock().instant()), null));
    }

    void settle(LimitReplica replica, SettledUsage settled) {
        database.bean(Transactions.class).run(() -> {
            replica.settlement().apply(List.of(settled));
            return true;
        });
    }

    /** In a transaction that ends without effect. */
    void settleInVain(LimitReplica replica, String requestId, long generatedTokens) {
        new TransactionTemplate(database.bean(PlatformTransactionManager.class)).executeWithoutResult(status -> {
            replica.settlement()
                    .apply(List.of(new SettledUsage(
                            record(requestId, generatedTokens, database.clock().instant()), null)));
            status.setRollbackOnly();
        });
    }

    /** Percentages of the project's budgets that were written down, in order. */
    List<Integer> crossings() {
        return database.bean(JdbcClient.class)
                .sql(
                        "SELECT threshold_percent FROM budget_crossing WHERE bound_id LIKE :prefix ORDER BY threshold_percent")
                .param("prefix", "PROJECT:" + project.projectId() + ":%")
                .query(Integer.class)
                .list();
    }

    UsageRecord record(String requestId, long generatedTokens, Instant when) {
        return new UsageRecord(
                requestId,
                UsageOrigin.of("key_1", project.projectId(), project.organizationId(), "/v1/completions"),
                new UsageServing(MODEL, "main", null),
                UsageCounts.tokens(PROMPT, 0, generatedTokens, generatedTokens),
                UsageEnding.of("stop"),
                new UsageBill(PRICE.ruleId(), null, null, price(generatedTokens), "USD"),
                new UsageTimes(when, when, when),
                UsageRecord.Evidence.HEAD);
    }

    /** The newest bound of the project as the database has it; null before anybody used it. */
    @Nullable
    Row row(LimitMetric metric) {
        List<Row> rows = rows(metric);
        return rows.isEmpty() ? null : rows.getLast();
    }

    /** The project's bounds, those of earlier windows first. */
    List<Row> rows(LimitMetric metric) {
        return database.bean(NamedParameterJdbcOperations.class)
                .query(
                        """
                SELECT usage_bound.settled, usage_bound.held, COALESCE(SUM(usage_share.held), 0) AS shares
                FROM usage_bound LEFT JOIN usage_share ON usage_share.bound_id = usage_bound.id
                WHERE usage_bound.id LIKE :prefix GROUP BY usage_bound.id, usage_bound.settled, usage_bound.held
                ORDER BY usage_bound.id""",
                        Map.of("prefix", "PROJECT:" + project.projectId() + ":" + metric + ":%"),
                        (row, number) -> new Row(
                                row.getBigDecimal("settled"), row.getBigDecimal("held"), row.getBigDecimal("shares")));
    }

    record Row(BigDecimal settled, BigDecimal held, BigDecimal shares) {}
}
