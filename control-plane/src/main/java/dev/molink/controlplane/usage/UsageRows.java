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
        MapSqlParameterSource parameters = new MapSqlParameterSource()
                .addValue("requestId", record.requestId())
                .addValue("evidence", record.evidence().name());
        add(parameters, record.origin());
        add(parameters, record.serving());
        add(parameters, record.counts());
        add(parameters, record.ending());
        add(parameters, record.bill());
        add(parameters, record.times());
        return parameters;
    }

    private static void add(MapSqlParameterSource parameters, UsageOrigin origin) {
        parameters
                .addValue("apiKeyId", origin.apiKeyId())
                .addValue("projectId", origin.projectId())
                .addValue("organizationId", origin.organizationId())
                .addValue("endpoint", origin.endpoint())
                .addValue("endUser", origin.endUser(), Types.VARCHAR)
                .addValue("serviceTier", origin.serviceTier(), Types.VARCHAR);
    }

    private static void add(MapSqlParameterSource parameters, UsageServing serving) {
        parameters
                .addValue("model", serving.model())
                .addValue("pipeline", serving.pipeline())
                .addValue("codec", serving.codec(), Types.VARCHAR);
    }

    private static void add(MapSqlParameterSource parameters, UsageCounts counts) {
        parameters
                .addValue("promptTokens", counts.promptTokens())
                .addValue("cachedTokens", counts.cachedTokens())
                .addValue("generatedTokens", counts.generatedTokens())
                .addValue("deliveredTokens", counts.deliveredTokens(), Types.BIGINT)
                .addValue("generatedByChoice", joined(counts.generatedByChoice()), Types.VARCHAR);
        add(parameters, counts.rows());
    }

    private static void add(MapSqlParameterSource parameters, @Nullable RowCounts rows) {
        parameters
                .addValue("computedRows", rows == null ? null : rows.computed(), Types.BIGINT)
                .addValue("recomputedRows", rows == null ? null : rows.recomputed(), Types.BIGINT)
                .addValue("replayedRows", rows == null ? null : rows.replayed(), Types.BIGINT)
                .addValue("verifiedAcceptedRows", rows == null ? null : rows.verifiedAccepted(), Types.BIGINT)
                .addValue("verifiedRejectedRows", rows == null ? null : rows.verifiedRejected(), Types.BIGINT)
                .addValue("discardedRows", rows == null ? null : rows.discarded(), Types.BIGINT);
    }

    private static void add(MapSqlParameterSource parameters, UsageEnding ending) {
        parameters
                .addValue("finishReasons", String.join(SEPARATOR, ending.finishReasons()))
                .addValue("failureCode", ending.failureCode(), Types.VARCHAR);
    }

    private static void add(MapSqlParameterSource parameters, UsageBill bill) {
        TokenCounts charged = bill.charged();
        parameters
                .addValue("priceRuleId", bill.priceRuleId(), Types.VARCHAR)
                .addValue("coveredTokens", bill.coveredTokens(), Types.BIGINT)
                .addValue("chargedPromptTokens", charged == null ? null : charged.promptTokens(), Types.BIGINT)
                .addValue("chargedCachedTokens", charged == null ? null : charged.cachedTokens(), Types.BIGINT)
                .addValue("chargedGeneratedTokens", charged == null ? null : charged.generatedTokens(), Types.BIGINT)
                .addValue("charge", bill.charge(), Types.NUMERIC)
                .addValue("currency", bill.currency(), Types.VARCHAR);
    }

    private static void add(MapSqlParameterSource parameters, UsageTimes times) {
        parameters
                .addValue("receivedAt", zoned(times.receivedAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                .addValue("firstTokenAt", zoned(times.firstTokenAt()), Types.TIMESTAMP_WITH_TIMEZONE)
                .addValue("finishedAt", zoned(times.finishedAt()), Types.TIMESTAMP_WITH_TIMEZONE);
    }

    static UsageRecord read(ResultSet row, int number) throws SQLException {
        return new UsageRecord(
                row.getString("request_id"),
                origin(row),
                new UsageServing(row.getString("model"), row.getString("pipeline"), row.getString("codec")),
                counts(row),
                new UsageEnding(finishReasons(row.getString("finish_reasons")), row.getString("failure_code")),
                bill(row),
                times(row),
                Evidence.valueOf(row.getString("evidence")));
    }

    private static UsageOrigin origin(ResultSet row) throws SQLException {
        return new UsageOrigin(
                row.getString("api_key_id"),
                row.getString("project_id"),
                row.getString("organization_id"),
                row.getString("endpoint"),
                row.getString("end_user"),
                row.getString("service_tier"));
    }

    private static UsageCounts counts(ResultSet row) throws SQLException {
        return new UsageCounts(
                row.getInt("prompt_tokens"),
                row.getInt("cached_tokens"),
                row.getLong("generated_tokens"),
                row.getObject("delivered_tokens", Long.class),
                numbers(row.getString("generated_by_choice")),
                rows(row));
    }

    private static UsageBill bill(ResultSet row) throws SQLException {
        return new UsageBill(
                row.getString("price_rule_id"),
                row.getObject("covered_tokens", Long.class),
                charged(row),
                row.getBigDecimal("charge"),
                row.getString("currency"));
    }

    private static UsageTimes times(ResultSet row) throws SQLException {
        return new UsageTimes(
                row.getObject("received_at", OffsetDateTime.class).toInstant(),
                instant(row.getObject("first_token_at", OffsetDateTime.class)),
                row.getObject("finished_at", OffsetDateTime.class).toInstant());
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
