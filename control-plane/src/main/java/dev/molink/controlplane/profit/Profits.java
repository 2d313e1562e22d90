package dev.molink.controlplane.profit;

import dev.molink.controlplane.evidence.EvidenceStore;
import dev.molink.controlplane.evidence.StageEvidence;
import dev.molink.controlplane.storage.Transactions;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** Revenue, cost and margin, from usage records, the stages' evidence and the cost profiles. */
public final class Profits {

    private static final String REQUESTS = """
            SELECT usage.request_id AS usage_request_id, usage.organization_id, usage.model AS usage_model,
                usage.pipeline AS usage_pipeline, usage.finished_at, usage.price_rule_id, usage.charge, usage.currency,
                usage.computed_rows + usage.recomputed_rows + usage.replayed_rows + usage.verified_accepted_rows
                    + usage.verified_rejected_rows + usage.discarded_rows AS usage_rows,
                %s
            FROM usage_record usage LEFT JOIN stage_evidence evidence ON evidence.request_id = usage.request_id
            WHERE usage.finished_at >= :from AND usage.finished_at < :until
                AND (CAST(:organizationId AS VARCHAR(40)) IS NULL OR usage.organization_id = :organizationId)
            ORDER BY usage.finished_at, usage.request_id""".formatted(EvidenceStore.COLUMNS);

    /** Rows come in portions, so a month of requests needs no memory. */
    private static final int FETCH_ROWS = 2_000;

    private final NamedParameterJdbcOperations database;
    private final CostProfiles profiles;
    private final IdleTimes idle;
    private final Transactions transactions;

    Profits(DataSource database, CostProfiles profiles, Transactions transactions) {
        JdbcTemplate portions = new JdbcTemplate(database);
        portions.setFetchSize(FETCH_ROWS);
        this.database = new NamedParameterJdbcTemplate(portions);
        this.profiles = profiles;
        this.idle = new IdleTimes(this.database);
        this.transactions = transactions;
    }

    /** Takes as long as the database needs to read the requests and what stages told of them. */
    public ProfitReport report(ProfitQuery query) {
        return transactions.run(() -> {
            CostBook book = profiles.book();
            Reading reading = new Reading(query, book);
            MapSqlParameterSource range = new MapSqlParameterSource(
                            "from", query.from().atOffset(ZoneOffset.UTC))
                    .addValue("until", query.until().atOffset(ZoneOffset.UTC))
                    .addValue("organizationId", query.organizationId(), Types.VARCHAR);
            database.query(REQUESTS, range, reading::take);
            return reading.report(
                    query.organizationId() == null ? idle.costs(book, query.from(), query.until()) : List.of());
        });
    }

    /** What a request's rows have in common. */
    private record Request(
            String requestId,
            String key,
            @Nullable Long rows,
            @Nullable String priceRuleId,
            @Nullable BigDecimal charge,
            @Nullable String currency) {}

    /** Adds rows up while they come; those of a request come one after the other. */
    private static final class Reading {

        private final ProfitQuery query;
        private final RequestCosting costing;
        private final ProfitSum total = new ProfitSum("");
        private final TreeMap<String, ProfitSum> groups = new TreeMap<>();
        private final List<ProfitLine> requests = new ArrayList<>();
        private final List<StageEvidence> evidence = new ArrayList<>();
        private @Nullable Request request;
        private boolean truncated;

        Reading(ProfitQuery query, CostBook book) {
            this.query = query;
            this.costing = new RequestCosting(book);
        }

        void take(ResultSet row) throws SQLException {
            String requestId = row.getString("usage_request_id");
            if (request == null || !request.requestId().equals(requestId)) {
                close();
                request = request(row, requestId);
            }
            if (row.getString("node_id") != null) {
                evidence.add(EvidenceStore.read(row, 0));
            }
        }

        private Request request(ResultSet row, String requestId) throws SQLException {
            return new Request(
                    requestId,
                    key(row, requestId),
                    row.getObject("usage_rows", Long.class),
                    row.getString("price_rule_id"),
                    row.getBigDecimal("charge"),
                    row.getString("currency"));
        }

        private String key(ResultSet row, String requestId) throws SQLException {
            return switch (query.grouping()) {
                case TENANT -> row.getString("organization_id");
                case MODEL -> row.getString("usage_model");
                case PIPELINE -> row.getString("usage_pipeline");
                case HOUR ->
                    hour(row.getObject("finished_at", OffsetDateTime.class).toInstant());
                case REQUEST -> requestId;
            };
        }

        private static String hour(Instant finishedAt) {
            return finishedAt.truncatedTo(ChronoUnit.HOURS).toString();
        }

        private void close() {
            Request whole = request;
            if (whole == null) {
                return;
            }
            RequestProfit profit =
                    costing.profit(whole.rows(), whole.priceRuleId(), whole.charge(), whole.currency(), evidence);
            evidence.clear();
            total.add(profit);
            if (query.grouping() == Grouping.REQUEST) {
                line(whole.requestId(), profit);
            } else {
                groups.computeIfAbsent(whole.key(), ProfitSum::new).add(profit);
            }
        }

        private void line(String requestId, RequestProfit profit) {
            if (requests.size() == query.limit()) {
                truncated = true;
                return;
            }
            ProfitSum alone = new ProfitSum(requestId);
            alone.add(profit);
            requests.add(alone.line());
        }

        ProfitReport report(List<IdleCost> idle) {
            close();
            List<ProfitLine> lines = query.grouping() == Grouping.REQUEST
                    ? requests
                    : groups.values().stream()
                            .limit(query.limit())
                            .map(ProfitSum::line)
                            .toList();
            return new ProfitReport(lines, truncated || groups.size() > query.limit(), total.line(), idle);
        }
    }
}
