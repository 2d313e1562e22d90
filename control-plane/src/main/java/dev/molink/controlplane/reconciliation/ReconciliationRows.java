package dev.molink.controlplane.reconciliation;

import dev.molink.controlplane.reconciliation.ReconciliationRun.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/** Comparisons and what they found, as rows. */
final class ReconciliationRows {

    private static final String CLAIM = """
            INSERT INTO reconciliation_run (run_id, claim, from_at, until_at, requested_by, state, started_at,
                lease_expires_at)
            VALUES (:runId, :claim, :from, :until, :requestedBy, 'RUNNING', :now, :expiry)
            ON CONFLICT DO NOTHING""";
    private static final String RENEW = """
            UPDATE reconciliation_run SET lease_expires_at = :expiry
            WHERE run_id = :runId AND state = 'RUNNING' AND lease_expires_at = :held""";
    private static final String FINISH = """
            UPDATE reconciliation_run
            SET state = :state, finished_at = :now, requests = :requests, differences = :differences,
                open_items = :openItems, failure = :failure
            WHERE run_id = :runId AND state = 'RUNNING' AND lease_expires_at = :held""";
    private static final String INSERT_FINDING = """
            INSERT INTO reconciliation_finding (run_id, finding_number, still_open, check_name, request_id, node_id, pipeline,
                organization_id, usage_day, quantity, expected, found)
            VALUES (:runId, :number, :open, :check, :requestId, :nodeId, :pipeline, :organizationId, :day, :quantity,
                :expected, :found)""";
    private static final String INSERT_TOTAL = """
            INSERT INTO reconciliation_total (run_id, usage_day, pipeline, organization_id, currency, requests, usage_amount,
                ledger_amount)
            VALUES (:runId, :day, :pipeline, :organizationId, :currency, :requests, :usage, :ledger)""";
    /** Of each range only the newest comparison that covers it counts. */
    private static final String DIFFERENCES = """
            SELECT COALESCE(SUM(run.differences), 0) FROM reconciliation_run run
            WHERE run.state = 'FINISHED' AND run.finished_at > :since AND NOT EXISTS (
                SELECT 1 FROM reconciliation_run newer
                WHERE newer.state = 'FINISHED' AND newer.finished_at > run.finished_at
                    AND newer.from_at <= run.from_at AND newer.until_at >= run.until_at)""";

    private final NamedParameterJdbcOperations database;

    ReconciliationRows(NamedParameterJdbcOperations database) {
        this.database = database;
    }

    /** Whether nobody had claimed it before. */
    boolean claim(String runId, String claim, Instant from, Instant until, String by, Instant now, Instant expiry) {
        return database.update(
                        CLAIM,
                        new MapSqlParameterSource("runId", runId)
                                .addValue("claim", claim)
                                .addValue("from", zoned(from))
                                .addValue("until", zoned(until))
                                .addValue("requestedBy", by)
                                .addValue("now", zoned(now))
                                .addValue("expiry", zoned(expiry)))
                == 1;
    }

    boolean isClaimed(String claim) {
        return !database.queryForList(
                        "SELECT 1 FROM reconciliation_run WHERE claim = :claim",
                        new MapSqlParameterSource("claim", claim),
                        Integer.class)
                .isEmpty();
    }

    /** Whether the lease was still the one that was held. */
    boolean renew(String runId, Instant held, Instant expiry) {
        return database.update(
                        RENEW,
                        new MapSqlParameterSource("runId", runId)
                                .addValue("held", zoned(held))
                                .addValue("expiry", zoned(expiry)))
                == 1;
    }

    /** Writes the result, all or nothing; false when somebody else has taken the run over. */
    boolean finish(String runId, Instant held, Instant now, Comparison.Result result) {
        MapSqlParameterSource end = end(runId, held, now, State.FINISHED)
                .addValue("requests", result.requests())
                .addValue("differences", result.differences())
                .addValue("openItems", result.openItems())
                .addValue("failure", null, Types.VARCHAR);
        if (database.update(FINISH, end) == 0) {
            return false;
        }
        List<Finding> findings = result.findings();
        database.batchUpdate(
                INSERT_FINDING,
                IntStream.range(0, findings.size())
                        .mapToObj(index -> parameters(runId, index + 1, findings.get(index)))
                        .toArray(SqlParameterSource[]::new));
        database.batchUpdate(
                INSERT_TOTAL,
                result.totals().stream().map(total -> parameters(runId, total)).toArray(SqlParameterSource[]::new));
        return true;
    }

    void fail(String runId, Instant held, Instant now, String failure) {
        database.update(
                FINISH,
                end(runId, held, now, State.FAILED)
                        .addValue("requests", null, Types.BIGINT)
                        .addValue("differences", null, Types.BIGINT)
                        .addValue("openItems", null, Types.BIGINT)
                        .addValue("failure", failure));
    }

    private static MapSqlParameterSource end(String runId, Instant held, Instant now, State state) {
        return new MapSqlParameterSource("runId", runId)
                .addValue("held", zoned(held))
                .addValue("now", zoned(now))
                .addValue("state", state.name());
    }

    /** A run and until when its process has it. */
    record Held(ReconciliationRun run, Instant lease) {}

    /** Runs whose process is gone. */
    List<Held> abandoned(Instant now) {
        return database.query(
                "SELECT * FROM reconciliation_run WHERE state = 'RUNNING' AND lease_expires_at <= :now ORDER BY started_at",
                new MapSqlParameterSource("now", zoned(now)),
                (row, number) -> new Held(run(row, number), instant(row, "lease_expires_at")));
    }

    Optional<ReconciliationRun> find(String runId) {
        return database
                .query(
                        "SELECT * FROM reconciliation_run WHERE run_id = :runId",
                        new MapSqlParameterSource("runId", runId),
                        ReconciliationRows::run)
                .stream()
                .findFirst();
    }

    /** The newest first, at most {@code limit}. */
    List<ReconciliationRun> newest(int limit) {
        return database.query(
                "SELECT * FROM reconciliation_run ORDER BY started_at DESC, run_id DESC FETCH FIRST :limit ROWS ONLY",
                new MapSqlParameterSource("limit", limit),
                ReconciliationRows::run);
    }

    List<Finding> findings(String runId, int after, int limit) {
        return database.query(
                """
                SELECT * FROM reconciliation_finding WHERE run_id = :runId AND finding_number > :after
                ORDER BY finding_number FETCH FIRST :limit ROWS ONLY""",
                new MapSqlParameterSource("runId", runId)
                        .addValue("after", after)
                        .addValue("limit", limit),
                ReconciliationRows::finding);
    }

    List<DayTotal> totals(String runId) {
        return database.query("""
                SELECT * FROM reconciliation_total WHERE run_id = :runId
                ORDER BY usage_day, pipeline, organization_id, currency""", new MapSqlParameterSource("runId", runId), ReconciliationRows::total);
    }

    long differences(Instant since) {
        Long sum = database.queryForObject(DIFFERENCES, new MapSqlParameterSource("since", zoned(since)), Long.class);
        return sum == null ? 0 : sum;
    }

    private static SqlParameterSource parameters(String runId, int number, Finding finding) {
        return new MapSqlParameterSource("runId", runId)
                .addValue("number", number)
                .addValue("open", finding.open())
                .addValue("check", finding.check().name())
                .addValue("requestId", finding.requestId())
                .addValue("nodeId", finding.nodeId())
                .addValue("pipeline", finding.pipeline())
                .addValue("organizationId", finding.organizationId())
                .addValue("day", finding.day())
                .addValue("quantity", finding.quantity())
                .addValue("expected", finding.expected())
                .addValue("found", finding.found());
    }

    private static SqlParameterSource parameters(String runId, DayTotal total) {
        return new MapSqlParameterSource("runId", runId)
                .addValue("day", total.day())
                .addValue("pipeline", total.pipeline())
                .addValue("organizationId", total.organizationId())
                .addValue("currency", total.currency())
                .addValue("requests", total.requests())
                .addValue("usage", total.usage())
                .addValue("ledger", total.ledger());
    }

    private static ReconciliationRun run(ResultSet row, int number) throws SQLException {
        return new ReconciliationRun(
                row.getString("run_id"),
                instant(row, "from_at"),
                instant(row, "until_at"),
                row.getString("requested_by"),
                State.valueOf(row.getString("state")),
                instant(row, "started_at"),
                instantOrNull(row, "finished_at"),
                row.getLong("requests"),
                row.getLong("differences"),
                row.getLong("open_items"),
                row.getString("failure"));
    }

    private static Finding finding(ResultSet row, int number) throws SQLException {
        return new Finding(
                row.getBoolean("still_open"),
                Check.valueOf(row.getString("check_name")),
                row.getString("request_id"),
                row.getString("node_id"),
                row.getString("pipeline"),
                row.getString("organization_id"),
                row.getObject("usage_day", LocalDate.class),
                row.getString("quantity"),
                row.getString("expected"),
                row.getString("found"));
    }

    private static DayTotal total(ResultSet row, int number) throws SQLException {
        return new DayTotal(
                row.getObject("usage_day", LocalDate.class),
                row.getString("pipeline"),
                row.getString("organization_id"),
                row.getString("currency"),
                row.getLong("requests"),
                row.getBigDecimal("usage_amount"),
                row.getBigDecimal("ledger_amount"));
    }

    private static OffsetDateTime zoned(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime zoned = row.getObject(column, OffsetDateTime.class);
        return zoned == null ? null : zoned.toInstant();
    }
}
