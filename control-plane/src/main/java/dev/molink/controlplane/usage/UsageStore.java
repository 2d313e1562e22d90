package dev.molink.controlplane.usage;

import dev.molink.controlplane.usage.UsageRecord.Evidence;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The table of usage records: one row per request id, whoever writes it and however often.
 *
 * <p>A record is inserted unless the row is there. One with the head's evidence then replaces a row that has the gateway's;
 * every other duplicate changes nothing. The insert waits for an uncommitted one of the same request, so the update that
 * follows it sees that row.
 */
public final class UsageStore {

    private static final String COLUMNS = """
            request_id, api_key_id, project_id, organization_id, model, pipeline, endpoint, prompt_tokens, cached_tokens,
            generated_tokens, delivered_tokens, finish_reasons, failure_code, received_at, first_token_at, finished_at,
            evidence, computed_rows, recomputed_rows, replayed_rows, verified_accepted_rows, verified_rejected_rows,
            discarded_rows, codec, end_user, service_tier, price_rule_id, charge, currency""";
    private static final String INSERT = """
            INSERT INTO usage_record (%s)
            VALUES (:requestId, :apiKeyId, :projectId, :organizationId, :model, :pipeline, :endpoint, :promptTokens,
                :cachedTokens, :generatedTokens, :deliveredTokens, :finishReasons, :failureCode, :receivedAt, :firstTokenAt,
                :finishedAt, :evidence, :computedRows, :recomputedRows, :replayedRows, :verifiedAcceptedRows,
                :verifiedRejectedRows, :discardedRows, :codec, :endUser, :serviceTier, :priceRuleId, :charge, :currency)
            ON CONFLICT DO NOTHING""".formatted(COLUMNS);
    // delivered_tokens stays when the head cannot know it
    private static final String REPLACE = """
            UPDATE usage_record
            SET api_key_id = :apiKeyId, project_id = :projectId, organization_id = :organizationId, model = :model,
                pipeline = :pipeline, endpoint = :endpoint, prompt_tokens = :promptTokens, cached_tokens = :cachedTokens,
                generated_tokens = :generatedTokens, delivered_tokens = COALESCE(:deliveredTokens, delivered_tokens),
                finish_reasons = :finishReasons, failure_code = :failureCode, received_at = :receivedAt,
                first_token_at = :firstTokenAt, finished_at = :finishedAt, evidence = :evidence,
                computed_rows = :computedRows, recomputed_rows = :recomputedRows, replayed_rows = :replayedRows,
                verified_accepted_rows = :verifiedAcceptedRows, verified_rejected_rows = :verifiedRejectedRows,
                discarded_rows = :discardedRows, codec = :codec, end_user = :endUser, service_tier = :serviceTier,
                price_rule_id = :priceRuleId, charge = :charge, currency = :currency
            WHERE request_id = :requestId AND evidence = 'GATEWAY'""";
    private static final String TOTALS = """
            SELECT COUNT(*) AS requests, COUNT(failure_code) AS failed_requests,
                COALESCE(SUM(prompt_tokens), 0) AS prompt_tokens, COALESCE(SUM(generated_tokens), 0) AS generated_tokens
            FROM usage_record WHERE finished_at >= :since""";
    private static final String RECENT =
            "SELECT %s FROM usage_record ORDER BY finished_at DESC, request_id FETCH FIRST :limit ROWS ONLY"
                    .formatted(COLUMNS);
    private static final String FIND = "SELECT %s FROM usage_record WHERE request_id = :requestId".formatted(COLUMNS);

    private final NamedParameterJdbcOperations database;
    private final TransactionOperations transactions;

    UsageStore(NamedParameterJdbcOperations database, TransactionOperations transactions) {
        this.database = database;
        this.transactions = transactions;
    }

    /** Writes a record; when this returns it is durable. Returns false when it was a duplicate and nothing changed. */
    public boolean record(UsageRecord record) {
        return recordAll(List.of(record)).getFirst();
    }

    /**
     * Writes several records in one transaction, all or none, each as {@link #record} does.
     *
     * @return for each record, in order, whether anything changed
     */
    public List<Boolean> recordAll(List<UsageRecord> records) {
        Boolean[] changed = new Boolean[records.size()];
        Arrays.fill(changed, false);
        // everybody writes in the order of the ids, so that two writers never wait for each other
        List<Integer> order = IntStream.range(0, records.size())
                .boxed()
                .sorted(Comparator.comparing(index -> records.get(index).requestId()))
                .toList();
        transactions.executeWithoutResult(status -> {
            List<Integer> duplicates = apply(INSERT, records, order, changed);
            apply(REPLACE, records, byTheHead(records, duplicates), changed);
        });
        return List.of(changed);
    }

    /** Sums over the requests that finished at {@code since} or later. */
    public UsageTotals totals(Instant since) {
        return Objects.requireNonNull(database.queryForObject(
                TOTALS,
                new MapSqlParameterSource("since", since.atOffset(ZoneOffset.UTC)),
                (row, number) -> new UsageTotals(
                        row.getLong("requests"),
                        row.getLong("failed_requests"),
                        row.getLong("prompt_tokens"),
                        row.getLong("generated_tokens"))));
    }

    /** The records that finished last, the newest first. */
    public List<UsageRecord> recent(int limit) {
        return database.query(RECENT, new MapSqlParameterSource("limit", limit), UsageRows::read);
    }

    public Optional<UsageRecord> find(String requestId) {
        return database.query(FIND, new MapSqlParameterSource("requestId", requestId), UsageRows::read).stream()
                .findFirst();
    }

    /** Runs {@code statement} for the records at {@code indexes}, marks those that it changed, and returns the others. */
    private List<Integer> apply(String statement, List<UsageRecord> records, List<Integer> indexes, Boolean[] changed) {
        if (indexes.isEmpty()) {
            return List.of();
        }
        SqlParameterSource[] parameters =
                indexes.stream().map(records::get).map(UsageRows::parameters).toArray(SqlParameterSource[]::new);
        int[] counts = database.batchUpdate(statement, parameters);
        List<Integer> unchanged = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == 0) {
                unchanged.add(indexes.get(i));
            } else {
                changed[indexes.get(i)] = true;
            }
        }
        return unchanged;
    }

    private static List<Integer> byTheHead(List<UsageRecord> records, List<Integer> indexes) {
        return indexes.stream()
                .filter(index -> records.get(index).evidence() == Evidence.HEAD)
                .toList();
    }
}
