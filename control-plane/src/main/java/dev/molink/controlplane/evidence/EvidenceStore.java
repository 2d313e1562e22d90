package dev.molink.controlplane.evidence;

import dev.molink.controlplane.faults.FailPoint;
import dev.molink.controlplane.storage.Transactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/** The table of evidence: one row per record, whoever writes it and however often. */
public final class EvidenceStore {

    /** What {@link #read} needs, of a table or alias {@code evidence}. */
    public static final String COLUMNS = """
            evidence.request_id, evidence.node_id, evidence.epoch, evidence.record_sequence, evidence.pipeline,
            evidence.model, evidence.first_layer, evidence.end_layer, evidence.model_layers, evidence.computed_rows,
            evidence.recomputed_rows, evidence.replayed_rows, evidence.verified_accepted_rows,
            evidence.verified_rejected_rows, evidence.discarded_rows, evidence.cached_tokens, evidence.busy_nanos,
            evidence.bytes_received, evidence.bytes_sent, evidence.counted_at""";

    private static final String INSERT = """
            INSERT INTO stage_evidence (request_id, node_id, epoch, record_sequence, pipeline, model, first_layer, end_layer,
                model_layers, computed_rows, recomputed_rows, replayed_rows, verified_accepted_rows, verified_rejected_rows,
                discarded_rows, cached_tokens, busy_nanos, bytes_received, bytes_sent, counted_at, received_at)
            VALUES (:requestId, :nodeId, :epoch, :sequence, :pipeline, :model, :firstLayer, :endLayer, :modelLayers,
                :computed, :recomputed, :replayed, :accepted, :rejected, :discarded, :cachedTokens, :busyNanos,
                :bytesReceived, :bytesSent, :countedAt, :receivedAt)
            ON CONFLICT DO NOTHING""";
    private static final String FIND = "SELECT " + COLUMNS + """
             FROM stage_evidence evidence WHERE request_id IN (:requestIds)
            ORDER BY request_id, first_layer, node_id, epoch, record_sequence""";
    private static final Comparator<StageEvidence> ORDER = Comparator.comparing(StageEvidence::requestId)
            .thenComparing(StageEvidence::nodeId)
            .thenComparingLong(StageEvidence::epoch)
            .thenComparingLong(StageEvidence::sequence);
    private static final int MAX_IDS = 1_000;

    private final NamedParameterJdbcOperations database;
    private final Transactions transactions;
    private final InstantSource clock;

    EvidenceStore(NamedParameterJdbcOperations database, Transactions transactions, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Writes all or none, in one transaction; records that are there already change nothing. */
    public void recordAll(Collection<StageEvidence> records) {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        // everybody writes in the same order, so that two writers never wait for each other
        SqlParameterSource[] rows = records.stream()
                .sorted(ORDER)
                .map(record -> parameters(record, now))
                .toArray(SqlParameterSource[]::new);
        FailPoint.pass("evidence.before-write");
        transactions.run(() -> database.batchUpdate(INSERT, rows));
        FailPoint.pass("evidence.after-write");
    }

    /** All records of these requests, by request; requests without any are not in it. */
    public Map<String, List<StageEvidence>> find(List<String> requestIds) {
        Map<String, List<StageEvidence>> found = new HashMap<>();
        for (int from = 0; from < requestIds.size(); from += MAX_IDS) {
            List<String> some = requestIds.subList(from, Math.min(requestIds.size(), from + MAX_IDS));
            for (StageEvidence record :
                    database.query(FIND, new MapSqlParameterSource("requestIds", some), EvidenceStore::read)) {
                found.computeIfAbsent(record.requestId(), _ -> new ArrayList<>())
                        .add(record);
            }
        }
        return found;
    }

    private static SqlParameterSource parameters(StageEvidence record, OffsetDateTime now) {
        return new MapSqlParameterSource("requestId", record.requestId())
                .addValue("nodeId", record.nodeId())
                .addValue("epoch", record.epoch())
                .addValue("sequence", record.sequence())
                .addValue("pipeline", record.part().pipeline())
                .addValue("model", record.part().model())
                .addValue("firstLayer", record.part().firstLayer())
                .addValue("endLayer", record.part().endLayer())
                .addValue("modelLayers", record.part().modelLayers())
                .addValue("computed", record.rows().computed())
                .addValue("recomputed", record.rows().recomputed())
                .addValue("replayed", record.rows().replayed())
                .addValue("accepted", record.rows().verifiedAccepted())
                .addValue("rejected", record.rows().verifiedRejected())
                .addValue("discarded", record.rows().discarded())
                .addValue("cachedTokens", record.cachedTokens())
                .addValue("busyNanos", record.busyNanos())
                .addValue("bytesReceived", record.bytesReceived())
                .addValue("bytesSent", record.bytesSent())
                .addValue("countedAt", record.countedAt().atOffset(ZoneOffset.UTC))
                .addValue("receivedAt", now);
    }

    /** A row with {@link #COLUMNS}. */
    public static StageEvidence read(ResultSet row, int number) throws SQLException {
        return new StageEvidence(
                row.getString("request_id"),
                row.getString("node_id"),
                row.getLong("epoch"),
                row.getLong("record_sequence"),
                new StagePart(
                        row.getString("pipeline"),
                        row.getString("model"),
                        row.getInt("first_layer"),
                        row.getInt("end_layer"),
                        row.getInt("model_layers")),
                new EvidenceRows(
                        row.getLong("computed_rows"),
                        row.getLong("recomputed_rows"),
                        row.getLong("replayed_rows"),
                        row.getLong("verified_accepted_rows"),
                        row.getLong("verified_rejected_rows"),
                        row.getLong("discarded_rows")),
                row.getLong("cached_tokens"),
                row.getLong("busy_nanos"),
                row.getLong("bytes_received"),
                row.getLong("bytes_sent"),
                instant(row));
    }

    private static Instant instant(ResultSet row) throws SQLException {
        return row.getObject("counted_at", OffsetDateTime.class).toInstant();
    }
}
