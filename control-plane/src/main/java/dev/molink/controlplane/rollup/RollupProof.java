package dev.molink.controlplane.rollup;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Proves that sums and usage records agree, by summing up the records anew in SQL, and mends sums that do not. Both look at
 * one snapshot. Mending adds the difference: a settlement meanwhile adds the same to both sides and does not disturb it;
 * where it changed the same row, the database refuses and the mending starts again.
 */
@SuppressWarnings("InlineFormatString") // a query has a name
public final class RollupProof {

    private static final Logger LOG = LoggerFactory.getLogger(RollupProof.class);
    private static final int ATTEMPTS = 10;
    private static final String SUMMED = """
            SELECT %s, %s FROM %s WHERE starts_at >= :from AND starts_at < :to AND requests <> 0""";
    private static final String RECORDED = """
            SELECT %s, %s FROM usage_record r
            LEFT JOIN rollup_end_user e ON e.project_id = r.project_id AND e.end_user = r.end_user
                AND e.starts_at >= :from AND e.starts_at < :to
                AND FLOOR(EXTRACT(EPOCH FROM e.starts_at) / 3600) = FLOOR(EXTRACT(EPOCH FROM r.finished_at) / 3600)
            WHERE r.finished_at >= :from AND r.finished_at < :to
            GROUP BY %s""";
    private static final String RECORDED_SUMS = """
            COUNT(*) AS requests, COUNT(r.failure_code) AS failed_requests, SUM(r.prompt_tokens) AS prompt_tokens,
            SUM(r.cached_tokens) AS cached_tokens, SUM(CAST(r.generated_tokens AS NUMERIC(38, 0))) AS generated_tokens,
            COALESCE(SUM(CAST(r.delivered_tokens AS NUMERIC(38, 0))), 0) AS delivered_tokens,
            COALESCE(SUM(CAST(r.charged_prompt_tokens AS NUMERIC(38, 0))), 0) AS charged_prompt_tokens,
            COALESCE(SUM(CAST(r.charged_cached_tokens AS NUMERIC(38, 0))), 0) AS charged_cached_tokens,
            COALESCE(SUM(CAST(r.charged_generated_tokens AS NUMERIC(38, 0))), 0) AS charged_generated_tokens,
            COALESCE(SUM(r.charge), 0) AS charge""";

    private final NamedParameterJdbcOperations database;
    private final TransactionTemplate snapshot;

    RollupProof(NamedParameterJdbcOperations database, PlatformTransactionManager transactions) {
        this.database = database;
        this.snapshot = new TransactionTemplate(transactions);
        this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    /** Every row of a day of UTC that differs; empty: sums and records agree to the last digit. */
    public List<RollupDifference> differences(LocalDate day) {
        return inSnapshot(() -> {
            List<RollupDifference> differences = new ArrayList<>();
            for (RollupTable table : RollupTable.values()) {
                differing(table, day).forEach((key, sides) -> differences.add(told(table, key, sides)));
            }
            return differences;
        });
    }

    /** Makes the sums of a day of UTC equal to its records; returns how many rows were wrong. */
    public int mend(LocalDate day) {
        return inSnapshot(() -> {
            int mended = 0;
            for (RollupTable table : RollupTable.values()) {
                Map<RollupKey, UsageSums> missing = new HashMap<>();
                differing(table, day)
                        .forEach((key, sides) -> missing.put(
                                key, sides.recorded().plus(sides.summed().negated())));
                if (!missing.isEmpty()) {
                    new RollupRows(database, table).add(missing);
                }
                mended += missing.size();
            }
            return mended;
        });
    }

    private record Sides(UsageSums recorded, UsageSums summed) {}

    private Map<RollupKey, Sides> differing(RollupTable table, LocalDate day) {
        Map<RollupKey, UsageSums> recorded = recorded(table, day);
        Map<RollupKey, UsageSums> summed = summed(table, day);
        Set<RollupKey> keys = new TreeSet<>(RollupKey.ORDER);
        keys.addAll(recorded.keySet());
        keys.addAll(summed.keySet());
        Map<RollupKey, Sides> differing = new LinkedHashMap<>();
        for (RollupKey key : keys) {
            Sides sides =
                    new Sides(recorded.getOrDefault(key, UsageSums.NONE), summed.getOrDefault(key, UsageSums.NONE));
            if (!sides.recorded().equals(sides.summed())) {
                differing.put(key, sides);
            }
        }
        return differing;
    }

    private Map<RollupKey, UsageSums> summed(RollupTable table, LocalDate day) {
        String key = table.keyColumns().stream()
                .map(column -> column.equals("starts_at") ? "EXTRACT(EPOCH FROM starts_at) AS starts_at" : column)
                .collect(Collectors.joining(", "));
        return read(table, SUMMED.formatted(key, String.join(", ", RollupRows.SUM_COLUMNS), table.table()), day);
    }

    private Map<RollupKey, UsageSums> recorded(RollupTable table, LocalDate day) {
        List<String> expressions = table.keyColumns().stream()
                .map(column -> recorded(table, column))
                .toList();
        List<String> selected = new ArrayList<>();
        for (int i = 0; i < expressions.size(); i++) {
            selected.add(expressions.get(i) + " AS " + table.keyColumns().get(i));
        }
        String sql = RECORDED.formatted(String.join(", ", selected), RECORDED_SUMS, String.join(", ", expressions));
        return read(table, sql, day);
    }

    private static String recorded(RollupTable table, String column) {
        long seconds = table.span().toSeconds();
        return switch (column) {
            case "starts_at" -> "FLOOR(EXTRACT(EPOCH FROM r.finished_at) / %d) * %d".formatted(seconds, seconds);
            case "end_user" ->
                "CASE WHEN r.end_user IS NULL THEN '' ELSE COALESCE(e.end_user, '%s') END".formatted(EndUsers.OTHERS);
            case "service_tier" -> "COALESCE(r.service_tier, 'default')";
            case "currency", "price_rule_id" -> "COALESCE(r.%s, '')".formatted(column);
            default -> "r." + column;
        };
    }

    private Map<RollupKey, UsageSums> read(RollupTable table, String sql, LocalDate day) {
        MapSqlParameterSource span =
                new MapSqlParameterSource("from", start(day)).addValue("to", start(day.plusDays(1)));
        Map<RollupKey, UsageSums> rows = new HashMap<>();
        database.query(sql, span, row -> {
            rows.put(key(table, row), RollupRows.sums(row));
        });
        return rows;
    }

    private static RollupKey key(RollupTable table, ResultSet row) throws SQLException {
        BigDecimal start = row.getBigDecimal("starts_at");
        return new RollupKey(
                Instant.ofEpochSecond(start.longValueExact()),
                row.getString("organization_id"),
                row.getString("project_id"),
                row.getString("api_key_id"),
                table.keyColumns().contains("end_user") ? row.getString("end_user") : "",
                row.getString("model"),
                table.keyColumns().contains("pipeline") ? row.getString("pipeline") : "",
                row.getString("service_tier"),
                row.getString("currency"),
                table.keyColumns().contains("price_rule_id") ? row.getString("price_rule_id") : "");
    }

    private static RollupDifference told(RollupTable table, RollupKey key, Sides sides) {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("starts_at", key.startsAt().toString());
        words.put("organization_id", key.organizationId());
        words.put("project_id", key.projectId());
        words.put("api_key_id", key.apiKeyId());
        words.put("end_user", key.endUser());
        words.put("model", key.model());
        words.put("pipeline", key.pipeline());
        words.put("service_tier", key.serviceTier());
        words.put("currency", key.currency());
        words.put("price_rule_id", key.priceRuleId());
        return new RollupDifference(table.table(), words, sides.recorded(), sides.summed());
    }

    private static OffsetDateTime start(LocalDate day) {
        return day.atStartOfDay().atOffset(ZoneOffset.UTC);
    }

    private <T> T inSnapshot(Supplier<T> work) {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            try {
                return Objects.requireNonNull(snapshot.execute(_ -> work.get()));
            } catch (ConcurrencyFailureException overtaken) {
                LOG.debug("sums changed under the proof, attempt {}: {}", attempt, overtaken.getMessage());
            }
        }
        return Objects.requireNonNull(snapshot.execute(_ -> work.get()));
    }
}
