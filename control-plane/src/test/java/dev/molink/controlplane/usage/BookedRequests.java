package dev.molink.controlplane.usage;

import dev.molink.controlplane.TestDatabase;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Usage records as other packages' tests need them, written past the settlement. */
public final class BookedRequests {

    private static final String INSERT = """
            INSERT INTO usage_record (request_id, api_key_id, project_id, organization_id, model, pipeline, endpoint,
                prompt_tokens, cached_tokens, generated_tokens, finish_reasons, failure_code, received_at, finished_at,
                evidence, computed_rows, recomputed_rows, replayed_rows, verified_accepted_rows, verified_rejected_rows,
                discarded_rows, price_rule_id, charge, currency, generated_by_choice)
            VALUES (:requestId, :apiKeyId, :projectId, :organizationId, :model, :pipeline, :endpoint, :promptTokens,
                :cachedTokens, :generatedTokens, :finishReasons, :failureCode, :receivedAt, :finishedAt, :evidence,
                :computedRows, :recomputedRows, :replayedRows, :verifiedAcceptedRows, :verifiedRejectedRows, :discardedRows,
                :priceRuleId, :charge, :currency, :generatedByChoice)""";

    private BookedRequests() {}

    public static void write(TestDatabase database, UsageRecord record) {
        database.bean(NamedParameterJdbcOperations.class).update(INSERT, UsageRows.parameters(record));
    }

    /** A request that ran to its end. */
    public static UsageRecord record(
            String requestId,
            String organizationId,
            String model,
            String pipeline,
            int promptTokens,
            int cachedTokens,
            List<Integer> generatedByChoice,
            @Nullable RowCounts rows,
            @Nullable BigDecimal charge,
            @Nullable String currency,
            @Nullable String priceRuleId,
            Instant finishedAt) {
        return new UsageRecord(
                requestId,
                UsageOrigin.of("key_1", "proj_1", organizationId, "/v1/completions"),
                new UsageServing(model, pipeline, null),
                new UsageCounts(
                        promptTokens,
                        cachedTokens,
                        generatedByChoice.stream().mapToLong(Integer::longValue).sum(),
                        null,
                        generatedByChoice,
                        rows),
                new UsageEnding(Collections.nCopies(generatedByChoice.size(), "stop"), null),
                new UsageBill(priceRuleId, null, null, charge, currency),
                new UsageTimes(finishedAt.minusSeconds(1), null, finishedAt),
                Evidence.HEAD);
    }
}
