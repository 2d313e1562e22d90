package dev.molink.controlplane.usage;

import dev.molink.controlplane.pricing.TokenCounts;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/** Usage records as rows. */
final class UsageRows {

    private static final String SEPARATOR = ",";

    private UsageRows() {}

    static SqlParameterSource parameters(UsageRecord record) {
        return charged(rows(record.rows()), record.charged())
                .addValue("coveredTokens", record.coveredTokens(), Types.BIGINT)
                .addValue("requestId", record.requestId())
                .addValue("apiKeyId", record.apiKeyId())
                .addValue("projectId", record.projectId())
                .addValue("organizationId", record.organizationId())
                .addValue("model", record.model())
                .addValue("pipeline", record.pipeline())
                .addValue("endpoint", record.endpoint())
                .addValue("promptTokens", record.promptTokens())
                .addValue("cachedTokens", record.cachedTokens())
                .addValue("generatedTokens", record.generatedTokens())
                .addValue("deliveredTokens", record.deliveredTokens(), Types.BIGINT)
                .addValue("finishReasons", String.join(SEPARATOR, record.finishReasons()))
                .addValue("failureCode", record.failureCode(), Types.VARCHAR)
                .addValue("codec", record.codec(), Types.VARCHAR)
                .addValue("endUser", record.endUser(), Types.VARCHAR)
                .addValue("serviceTier", record.serviceTier(), Types.VARCHAR)
                .addValue("priceRuleId", record.priceRuleId(), Types.VARCHAR)
                .addValue("charge", record.charge(), Types.NUMERIC)
                .addValue("currency", record.currency(), Types.VARCHAR)
                .addValue("receivedAt", zoned(record.receivedAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                .addValue("firstTokenAt", zoned(record.firstTokenAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                .addValue("finishedAt", zoned(record.finishedAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                .addValue("evidence", record.evidence().name())
                .addValue("generatedByChoice", joined(record.generatedByChoice()), Types.VARCHAR);
    }

    private static MapSqlParameterSource rows(@Nullable RowCounts rows) {
        return new MapSqlParameterSource()
                .addValue("computedRows", rows == null ? null : rows.computed(), Types.BIGINT)
                .addValue("recomputedRows", rows == null ? null : rows.recomputed(), Types.BIGINT)
                .addValue("replayedRows", rows == null ? null : rows.replayed(), Types.BIGINT)
                .addValue("verifiedAcceptedRows", rows == null ? null : rows.verifiedAccepted(), Types.BIGINT)
                .addValue("verifiedRejectedRows", rows == null ? null : rows.verifiedRejected(), Types.BIGINT)
                .addValue("discardedRows", rows == null ? null : rows.discarded(), Types.BIGINT);
    }

    private static MapSqlParameterSource charged(MapSqlParameterSource parameters, @Nullable TokenCounts charged) {
        return parameters
                .addValue("chargedPromptTokens", charged == null ? null : charged.promptTokens(), Types.BIGINT)
                .addValue("chargedCachedTokens", charged == null ? null : charged.cachedTokens(), Types.BIGINT)
                .addValue("chargedGeneratedTokens", charged == null ? null : charged.generatedTokens(), Types.BIGINT);
    }

    static UsageRecord read(ResultSet row, int number) throws SQLException {
        return new UsageRecord(
                row.getString("request_id"),
                row.getString("api_key_id"),
                row.getString("project_id"),
                row.getString("organization_id"),
                row.getString("model"),
                row.getString("pipeline"),
                row.getString("endpoint"),
                row.getInt("prompt_tokens"),
                row.getInt("cached_tokens"),
                row.getLong("generated_tokens"),
                row.getObject("delivered_tokens", Long.class),
                finishReasons(row.getString("finish_reasons")),
                row.getString("failure_code"),
                rows(row),
                row.getString("codec"),
                row.getString("end_user"),
                row.getString("service_tier"),
                row.getString("price_rule_id"),
                row.getObject("covered_tokens", Long.class),
                charged(row),
                row.getBigDecimal("charge"),
                row.getString("currency"),
                row.getObject("received_at", OffsetDateTime.class).toInstant(),
                instant(row.getObject("first_token_at", OffsetDateTime.class)),
                row.getObject("finished_at", OffsetDateTime.class).toInstant(),
                Evidence.valueOf(row.getString("evidence")),
                numbers(row.getString("generated_by_choice")));
    }

    private static @Nullable RowCounts rows(ResultSet row) throws SQLException {
        if (row.getObject("computed_rows", Long.class) == null) {
            return null;
        }
        return new RowCounts(
                row.getLong("computed_rows"),
                row.getLong("recomputed_rows"),
                row.getLong("replayed_rows"),
                row.getLong("verified_accepted_rows"),
                row.getLong("verified_rejected_rows"),
                row.getLong("discarded_rows"));
    }

    private static @Nullable TokenCounts charged(ResultSet row) throws SQLException {
        if (row.getObject("charged_prompt_tokens", Long.class) == null) {
            return null;
        }
        return new TokenCounts(
                row.getLong("charged_prompt_tokens"),
                row.getLong("charged_cached_tokens"),
                row.getLong("charged_generated_tokens"));
    }

    private static @Nullable String joined(List<Integer> numbers) {
        return numbers.isEmpty() ? null : numbers.stream().map(String::valueOf).collect(Collectors.joining(SEPARATOR));
    }

    private static List<Integer> numbers(@Nullable String joined) {
        return joined == null
                ? List.of()
                : Arrays.stream(joined.split(SEPARATOR, -1))
                        .map(Integer::valueOf)
                        .toList();
    }

    private static List<String> finishReasons(String joined) {
        return joined.isEmpty() ? List.of() : List.of(joined.split(SEPARATOR, -1));
    }

    private static @Nullable OffsetDateTime zoned(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime zoned) {
        return zoned == null ? null : zoned.toInstant();
    }
}
