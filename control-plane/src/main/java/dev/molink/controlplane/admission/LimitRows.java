package dev.molink.controlplane.admission;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Limits as rows, and the stamp that rises with every change of any. */
final class LimitRows {

    private static final String COLUMNS =
            "id, organization_id, owner_kind, owner_id, model, metric, amount, mode, currency, changed_at";
    private static final String OF_OWNER =
            "owner_kind = :kind AND owner_id = :ownerId AND model = :model AND metric = :metric AND currency = :currency";

    private final JdbcClient database;

    LimitRows(JdbcClient database) {
        this.database = database;
    }

    long stamp() {
        return database.sql("SELECT stamp FROM usage_limit_change WHERE id = 1")
                .query(Long.class)
                .single();
    }

    /** Within the transaction that changes a limit, and first: whoever changes another waits. */
    void changed() {
        database.sql("UPDATE usage_limit_change SET stamp = stamp + 1 WHERE id = 1")
                .update();
    }

    List<UsageLimit> all() {
        return database.sql("SELECT " + COLUMNS + " FROM usage_limit")
                .query(LimitRows::read)
                .list();
    }

    /** In the order of owners and metrics. */
    List<UsageLimit> ofOrganization(String organizationId) {
        return database.sql("SELECT " + COLUMNS + " FROM usage_limit WHERE organization_id = :organizationId"
                        + " ORDER BY owner_kind, owner_id, model, metric, currency")
                .param("organizationId", organizationId)
                .query(LimitRows::read)
                .list();
    }

    Optional<UsageLimit> find(String limitId) {
        return database.sql("SELECT " + COLUMNS + " FROM usage_limit WHERE id = :id")
                .param("id", limitId)
                .query(LimitRows::read)
                .optional();
    }

    Optional<UsageLimit> find(LimitOwner owner, LimitMetric metric, String currency) {
        return bind(database.sql("SELECT " + COLUMNS + " FROM usage_limit WHERE " + OF_OWNER), owner, metric, currency)
                .query(LimitRows::read)
                .optional();
    }

    void insert(UsageLimit limit) {
        bind(
                        database.sql("INSERT INTO usage_limit (" + COLUMNS + ") VALUES (:id, :organizationId, :kind,"
                                + " :ownerId, :model, :metric, :amount, :mode, :currency, :changedAt)"),
                        limit.owner(),
                        limit.metric(),
                        limit.currency())
                .param("id", limit.limitId())
                .param("organizationId", limit.organizationId())
                .param("amount", limit.amount())
                .param("mode", limit.mode().name())
                .param("changedAt", limit.changedAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    void update(UsageLimit limit) {
        database.sql("UPDATE usage_limit SET amount = :amount, mode = :mode, changed_at = :changedAt WHERE id = :id")
                .param("id", limit.limitId())
                .param("amount", limit.amount())
                .param("mode", limit.mode().name())
                .param("changedAt", limit.changedAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    void delete(String limitId) {
        database.sql("DELETE FROM usage_limit WHERE id = :id")
                .param("id", limitId)
                .update();
    }

    private static JdbcClient.StatementSpec bind(
            JdbcClient.StatementSpec statement, LimitOwner owner, LimitMetric metric, String currency) {
        return statement
                .param("kind", owner.kind().name())
                .param("ownerId", owner.ownerId())
                .param("model", owner.model())
                .param("metric", metric.name())
                .param("currency", currency);
    }

    private static UsageLimit read(ResultSet row, int number) throws SQLException {
        return new UsageLimit(
                row.getString("id"),
                row.getString("organization_id"),
                new LimitOwner(
                        LimitOwner.Kind.valueOf(row.getString("owner_kind")),
                        row.getString("owner_id"),
                        row.getString("model")),
                LimitMetric.valueOf(row.getString("metric")),
                row.getBigDecimal("amount"),
                UsageLimit.Mode.valueOf(row.getString("mode")),
                row.getString("currency"),
                row.getObject("changed_at", OffsetDateTime.class).toInstant());
    }
}
