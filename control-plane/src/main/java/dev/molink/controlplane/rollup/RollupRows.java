package dev.molink.controlplane.rollup;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Adds to the rows of one table of sums. All writers first make the rows that are missing and then add, both in the order
 * of the keys: a writer that waits for a row holds only rows that come before it, so no two wait for each other.
 */
final class RollupRows {

    static final List<String> SUM_COLUMNS = List.of(
            "requests",
            "failed_requests",
            "prompt_tokens",
            "cached_tokens",
            "generated_tokens",
            "delivered_tokens",
            "charged_prompt_tokens",
            "charged_cached_tokens",
            "charged_generated_tokens",
            "charge");

    private final NamedParameterJdbcOperations database;
    private final RollupTable rollup;
    private final String insert;
    private final String add;

    RollupRows(NamedParameterJdbcOperations database, RollupTable rollup) {
        this.database = database;
        this.rollup = rollup;
        List<String> columns = new ArrayList<>(rollup.keyColumns());
        columns.addAll(SUM_COLUMNS);
        this.insert = "INSERT INTO %s (%s) VALUES (%s, %s) ON CONFLICT DO NOTHING"
                .formatted(
                        rollup.table(),
                        String.join(", ", columns),
                        rollup.keyColumns().stream().map(column -> ":" + column).collect(Collectors.joining(", ")),
                        SUM_COLUMNS.stream().map(_ -> "0").collect(Collectors.joining(", ")));
        this.add = "UPDATE %s SET %s WHERE %s"
                .formatted(
                        rollup.table(),
                        SUM_COLUMNS.stream()
                                .map(column -> "%s = %s + :%s".formatted(column, column, column))
                                .collect(Collectors.joining(", ")),
                        rollup.keyColumns().stream()
                                .map(column -> "%s = :%s".formatted(column, column))
                                .collect(Collectors.joining(" AND ")));
    }

    /** @param changes by what their requests have in common; several may belong to one row */
    void add(Map<RollupKey, UsageSums> changes) {
        Map<RollupKey, UsageSums> rows = new TreeMap<>(RollupKey.ORDER);
        changes.forEach((key, sums) -> rows.merge(rollup.row(key), sums, UsageSums::plus));
        SqlParameterSource[] parameters = rows.entrySet().stream()
                .map(row -> parameters(row.getKey(), row.getValue()))
                .toArray(SqlParameterSource[]::new);
        database.batchUpdate(insert, parameters);
        database.batchUpdate(add, parameters);
    }

    private static SqlParameterSource parameters(RollupKey key, UsageSums sums) {
        return new MapSqlParameterSource()
                .addValue("starts_at", key.startsAt().atOffset(ZoneOffset.UTC))
                .addValue("organization_id", key.organizationId())
                .addValue("project_id", key.projectId())
                .addValue("api_key_id", key.apiKeyId())
                .addValue("end_user", key.endUser())
                .addValue("model", key.model())
                .addValue("pipeline", key.pipeline())
                .addValue("service_tier", key.serviceTier())
                .addValue("currency", key.currency())
                .addValue("price_rule_id", key.priceRuleId())
                .addValue("requests", sums.requests())
                .addValue("failed_requests", sums.failedRequests())
                .addValue("prompt_tokens", new BigDecimal(sums.promptTokens()))
                .addValue("cached_tokens", new BigDecimal(sums.cachedTokens()))
                .addValue("generated_tokens", new BigDecimal(sums.generatedTokens()))
                .addValue("delivered_tokens", new BigDecimal(sums.deliveredTokens()))
                .addValue("charged_prompt_tokens", new BigDecimal(sums.chargedPromptTokens()))
                .addValue("charged_cached_tokens", new BigDecimal(sums.chargedCachedTokens()))
                .addValue("charged_generated_tokens", new BigDecimal(sums.chargedGeneratedTokens()))
                .addValue("charge", sums.charge());
    }

    /** The sums in a row that names them as the tables do. */
    static UsageSums sums(ResultSet row) throws SQLException {
        return new UsageSums(
                row.getLong("requests"),
                row.getLong("failed_requests"),
                row.getBigDecimal("prompt_tokens").toBigIntegerExact(),
                row.getBigDecimal("cached_tokens").toBigIntegerExact(),
                row.getBigDecimal("generated_tokens").toBigIntegerExact(),
                row.getBigDecimal("delivered_tokens").toBigIntegerExact(),
                row.getBigDecimal("charged_prompt_tokens").toBigIntegerExact(),
                row.getBigDecimal("charged_cached_tokens").toBigIntegerExact(),
                row.getBigDecimal("charged_generated_tokens").toBigIntegerExact(),
                row.getBigDecimal("charge"));
    }
}
