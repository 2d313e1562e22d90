package dev.molink.controlplane.usage;

import dev.molink.controlplane.faults.FailPoint;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.transaction.support.TransactionOperations;

/**
 * The table of usage records: one row per request id, whoever writes it and however often.
 *
 * <p>A record is inserted unless the row is there. One with the head's evidence then replaces a row that has the gateway's,
 * and keeps of it what the head cannot know; every other duplicate changes nothing. The insert waits for an uncommitted one
 * of the same request, so what follows it sees that row.
 *
 * <p>Charged is where it is written, so every way to the books, a report, a repetition or a journal, charges by the same
 * rule. The {@link SettlementStep steps} of the other books run in the same transaction, with what is new or changed.
 */
public final class UsageStore {

    private static final String COLUMNS = """
            request_id, api_key_id, project_id, organization_id, model, pipeline, endpoint, prompt_tokens, cached_tokens,
            generated_tokens, delivered_tokens, finish_reasons, failure_code, received_at, first_token_at, finished_at,
            evidence, computed_rows, recomputed_rows, replayed_rows, verified_accepted_rows, verified_rejected_rows,
            discarded_rows, codec, end_user, service_tier, price_rule_id, covered_tokens, charged_prompt_tokens,
            charged_cached_tokens, charged_generated_tokens, charge, currency, generated_by_choice""";
    private static final String INSERT = """
            INSERT INTO usage_record (%s)
            VALUES (:requestId, :apiKeyId, :projectId, :organizationId, :model, :pipeline, :endpoint, :promptTokens,
                :cachedTokens, :generatedTokens, :deliveredTokens, :finishReasons, :failureCode, :receivedAt, :firstTokenAt,
                :finishedAt, :evidence, :computedRows, :recomputedRows, :replayedRows, :verifiedAcceptedRows,
                :verifiedRejectedRows, :discardedRows, :codec, :endUser, :serviceTier, :priceRuleId,
                :coveredTokens, :chargedPromptTokens, :chargedCachedTokens, :chargedGeneratedTokens, :charge, :currency,
                :generatedByChoice)
            ON CONFLICT DO NOTHING""".formatted(COLUMNS);
    private static final String REPLACE = """
            UPDATE usage_record
            SET api_key_id = :apiKeyId, project_id = :projectId, organization_id = :organizationId, model = :model,
                pipeline = :pipeline, endpoint = :endpoint, prompt_tokens = :promptTokens, cached_tokens = :cachedTokens,
                generated_tokens = :generatedTokens, delivered_tokens = :deliveredTokens,
                finish_reasons = :finishReasons, failure_code = :failureCode, received_at = :receivedAt,
                first_token_at = :firstTokenAt, finished_at = :finishedAt, evidence = :evidence,
                computed_rows = :computedRows, recomputed_rows = :recomputedRows, replayed_rows = :replayedRows,
                verified_accepted_rows = :verifiedAcceptedRows, verified_rejected_rows = :verifiedRejectedRows,
                discarded_rows = :discardedRows, codec = :codec, end_user = :endUser, service_tier = :serviceTier,
                price_rule_id = :priceRuleId, covered_tokens = :coveredTokens,
                charged_prompt_tokens = :chargedPromptTokens, charged_cached_tokens = :chargedCachedTokens,
                charged_generated_tokens = :chargedGeneratedTokens, charge = :charge, currency = :currency,
                generated_by_choice = :generatedByChoice
            WHERE request_id = :requestId AND evidence = 'GATEWAY'""";
    private static final String LOCK_GATEWAYS_OWN = """
            SELECT %s FROM usage_record WHERE request_id IN (:requestIds) AND evidence = 'GATEWAY'
            ORDER BY request_id FOR UPDATE""".formatted(COLUMNS);
    private static final String TOTALS = """
            SELECT COUNT(*) AS requests, COUNT(failure_code) AS failed_requests,
                COALESCE(SUM(prompt_tokens), 0) AS prompt_tokens, COALESCE(SUM(generated_tokens), 0) AS generated_tokens
            FROM usage_record WHERE finished_at >= :since""";
    private static final String TOTALS_OF_ORGANIZATION = TOTALS + " AND organization_id = :organization";
    private static final String RECENT =
            "SELECT %s FROM usage_record ORDER BY finished_at DESC, request_id FETCH FIRST :limit ROWS ONLY"
                    .formatted(COLUMNS);
    private static final String FINISHED = """
            SELECT %s FROM usage_record
            WHERE finished_at < :until AND (finished_at > :from OR (finished_at = :from AND request_id > :afterId))
            ORDER BY finished_at, request_id FETCH FIRST :limit ROWS ONLY""".formatted(COLUMNS);
    private static final String FIND = "SELECT %s FROM usage_record WHERE request_id = :requestId".formatted(COLUMNS);

    private final NamedParameterJdbcOperations database;
    private final TransactionOperations transactions;
    private final UsageCharging charging;
    private final List<SettlementStep> steps;

    UsageStore(
            NamedParameterJdbcOperations database,
            TransactionOperations transactions,
            UsageCharging charging,
            List<SettlementStep> steps) {
        this.database = database;
        this.transactions = transactions;
        this.charging = charging;
        this.steps = List.copyOf(steps);
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
        List<UsageRecord> charged = records.stream().map(charging::charge).toList();
        // everybody writes in the order of the ids, so that two writers never wait for each other
        List<Integer> order = IntStream.range(0, charged.size())
                .boxed()
                .sorted(Comparator.comparing(index -> charged.get(index).requestId()))
                .toList();
        FailPoint.pass("settlement.before-transaction");
        List<Boolean> changed = Objects.requireNonNull(transactions.execute(status -> settle(charged, order)));
        FailPoint.pass("settlement.after-commit");
        return changed;
    }

    private List<Boolean> settle(List<UsageRecord> records, List<Integer> order) {
        Boolean[] changed = new Boolean[records.size()];
        Arrays.fill(changed, false);
        List<SettledUsage> settled = new ArrayList<>();
        List<Integer> duplicates = insert(records, order, changed, settled);
        replace(records, byTheHead(records, duplicates), changed, settled);
        FailPoint.pass("settlement.after-records");
        if (!settled.isEmpty()) {
            steps.forEach(step -> step.apply(List.copyOf(settled)));
        }
        FailPoint.pass("settlement.before-commit");
        return List.of(changed);
    }

    /** Sums over the requests that finished at {@code since} or later. */
    public UsageTotals totals(Instant since) {
        return totals(TOTALS, new MapSqlParameterSource("since", since.atOffset(ZoneOffset.UTC)));
    }

    /** The same sums over the requests of one organization. */
    public UsageTotals totals(Instant since, String organizationId) {
        return totals(
                TOTALS_OF_ORGANIZATION,
                new MapSqlParameterSource("since", since.atOffset(ZoneOffset.UTC))
                        .addValue("organization", organizationId));
    }

    private UsageTotals totals(String query, MapSqlParameterSource parameters) {
        return Objects.requireNonNull(database.queryForObject(
                query,
                parameters,
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

    /**
     * The records that finished at {@code from} or later and before {@code until}, in the order of their end.
     *
     * @param after the last one of the page before; null: from the first
     */
    public List<UsageRecord> finishedBetween(Instant from, Instant until, @Nullable UsageRecord after, int limit) {
        MapSqlParameterSource parameters = new MapSqlParameterSource("until", until.atOffset(ZoneOffset.UTC))
                .addValue("from", (after == null ? from : after.finishedAt()).atOffset(ZoneOffset.UTC))
                .addValue("afterId", after == null ? "" : after.requestId())
                .addValue("limit", limit);
        return database.query(FINISHED, parameters, UsageRows::read);
    }

    public Optional<UsageRecord> find(String requestId) {
        return database.query(FIND, new MapSqlParameterSource("requestId", requestId), UsageRows::read).stream()
                .findFirst();
    }

    /** Writes the records at {@code indexes} that are new and returns the indexes of the others. */
    private List<Integer> insert(
            List<UsageRecord> records, List<Integer> indexes, Boolean[] changed, List<SettledUsage> settled) {
        List<UsageRecord> inserted = indexes.stream().map(records::get).toList();
        int[] counts = write(INSERT, inserted);
        List<Integer> duplicates = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] == 0) {
                duplicates.add(indexes.get(i));
            } else {
                changed[indexes.get(i)] = true;
                settled.add(new SettledUsage(inserted.get(i), null));
            }
        }
        return duplicates;
    }

    /** Lets the records at {@code indexes} take the place of what the gateway itself had written. */
    private void replace(
            List<UsageRecord> records, List<Integer> indexes, Boolean[] changed, List<SettledUsage> settled) {
        Map<String, UsageRecord> earlier = lockGatewaysOwn(records, indexes);
        List<Integer> replacing = indexes.stream()
                .filter(index -> earlier.containsKey(records.get(index).requestId()))
                .toList();
        List<UsageRecord> completed = replacing.stream()
                .map(records::get)
                .map(record ->
                        charging.charge(record.completedBy(Objects.requireNonNull(earlier.get(record.requestId())))))
                .toList();
        int[] counts = write(REPLACE, completed);
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                UsageRecord record = completed.get(i);
                changed[replacing.get(i)] = true;
                settled.add(new SettledUsage(record, earlier.get(record.requestId())));
            }
        }
    }

    private Map<String, UsageRecord> lockGatewaysOwn(List<UsageRecord> records, List<Integer> indexes) {
        if (indexes.isEmpty()) {
            return Map.of();
        }
        List<String> ids =
                indexes.stream().map(index -> records.get(index).requestId()).toList();
        return database.query(LOCK_GATEWAYS_OWN, new MapSqlParameterSource("requestIds", ids), UsageRows::read).stream()
                .collect(Collectors.toMap(UsageRecord::requestId, record -> record));
    }

    private int[] write(String statement, List<UsageRecord> records) {
        if (records.isEmpty()) {
            return new int[0];
        }
        return database.batchUpdate(
                statement, records.stream().map(UsageRows::parameters).toArray(SqlParameterSource[]::new));
    }

    private static List<Integer> byTheHead(List<UsageRecord> records, List<Integer> indexes) {
        return indexes.stream()
                .filter(index -> records.get(index).evidence() == Evidence.HEAD)
                .toList();
    }
}
