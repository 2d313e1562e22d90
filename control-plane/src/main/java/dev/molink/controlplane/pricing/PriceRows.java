package dev.molink.controlplane.pricing;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Price rules as rows, which are only ever added, and the stamp that rises with every change of them. */
final class PriceRows {

    private static final String SELECT = """
            SELECT p.rule_id, p.model, p.organization_id, p.prompt_per_million, p.cached_per_million, p.generated_per_million,
                p.minimum_charge, p.currency, p.effective_at, p.created_at, p.created_by, w.withdrawn_at, w.withdrawn_by
            FROM price_rule p LEFT JOIN price_withdrawal w ON w.rule_id = p.rule_id
            """;

    private final JdbcClient database;

    PriceRows(JdbcClient database) {
        this.database = database;
    }

    long stamp() {
        return database.sql("SELECT stamp FROM price_change WHERE id = 1")
                .query(Long.class)
                .single();
    }

    /** Within the transaction that changes prices, before it looks at them: whoever else changes any waits here. */
    void changing() {
        database.sql("UPDATE price_change SET stamp = stamp + 1 WHERE id = 1").update();
    }

    List<PriceVersion> all() {
        return database.sql(SELECT + "ORDER BY p.model, p.organization_id, p.effective_at, p.rule_id")
                .query(PriceRows::read)
                .list();
    }

    Optional<PriceVersion> find(String ruleId) {
        return database.sql(SELECT + "WHERE p.rule_id = :ruleId")
                .param("ruleId", ruleId)
                .query(PriceRows::read)
                .optional();
    }

    List<PriceVersion> of(String model, @Nullable String organizationId) {
        return database.sql(SELECT + """
                        WHERE p.model = :model
                            AND COALESCE(p.organization_id, '') = COALESCE(CAST(:organizationId AS VARCHAR), '')
                        ORDER BY p.effective_at, p.rule_id""")
                .param("model", model)
                .param("organizationId", organizationId, Types.VARCHAR)
                .query(PriceRows::read)
                .list();
    }

    void insert(PriceVersion version) {
        PriceRule rule = version.rule();
        database.sql("""
                        INSERT INTO price_rule (rule_id, model, organization_id, prompt_per_million, cached_per_million,
                            generated_per_million, minimum_charge, currency, effective_at, created_at, created_by)
                        VALUES (:ruleId, :model, :organizationId, :prompt, :cached, :generated, :minimum, :currency,
                            :effectiveAt, :createdAt, :createdBy)""")
                .param("ruleId", rule.ruleId())
                .param("model", rule.model())
                .param("organizationId", rule.organizationId(), Types.VARCHAR)
                .param("prompt", rule.promptPerMillion())
                .param("cached", rule.cachedPerMillion())
                .param("generated", rule.generatedPerMillion())
                .param("minimum", rule.minimumCharge())
                .param("currency", rule.currency())
                .param("effectiveAt", rule.effectiveFrom().atOffset(ZoneOffset.UTC))
                .param("createdAt", version.createdAt().atOffset(ZoneOffset.UTC))
                .param("createdBy", version.createdBy())
                .update();
    }

    void withdraw(String ruleId, Instant when, String actorId) {
        database.sql("""
                        INSERT INTO price_withdrawal (rule_id, withdrawn_at, withdrawn_by)
                        VALUES (:ruleId, :withdrawnAt, :withdrawnBy)""")
                .param("ruleId", ruleId)
                .param("withdrawnAt", when.atOffset(ZoneOffset.UTC))
                .param("withdrawnBy", actorId)
                .update();
    }

    private static PriceVersion read(ResultSet row, int number) throws SQLException {
        PriceRule rule = new PriceRule(
                row.getString("rule_id"),
                row.getString("model"),
                row.getString("organization_id"),
                plain(row, "prompt_per_million"),
                plain(row, "cached_per_million"),
                plain(row, "generated_per_million"),
                plain(row, "minimum_charge"),
                row.getString("currency"),
                row.getObject("effective_at", OffsetDateTime.class).toInstant());
        OffsetDateTime withdrawn = row.getObject("withdrawn_at", OffsetDateTime.class);
        return new PriceVersion(
                rule,
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getString("created_by"),
                withdrawn == null ? null : withdrawn.toInstant(),
                row.getString("withdrawn_by"));
    }

    private static BigDecimal plain(ResultSet row, String column) throws SQLException {
        return Decimals.plain(row.getBigDecimal(column));
    }
}
