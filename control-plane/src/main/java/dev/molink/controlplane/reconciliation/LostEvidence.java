package dev.molink.controlplane.reconciliation;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** What stages counted for requests that nobody booked. */
final class LostEvidence {

    private static final String SELECT = """
            SELECT evidence.request_id, MIN(evidence.node_id) AS node_id, MIN(evidence.pipeline) AS pipeline,
                MAX(evidence.counted_at) AS counted_at
            FROM stage_evidence evidence
            WHERE evidence.counted_at >= :from AND evidence.counted_at < :until AND evidence.request_id <> ''
                AND NOT EXISTS (SELECT 1 FROM usage_record usage WHERE usage.request_id = evidence.request_id)
            GROUP BY evidence.request_id
            ORDER BY MAX(evidence.counted_at), evidence.request_id""";

    private final NamedParameterJdbcOperations database;

    LostEvidence(NamedParameterJdbcOperations database) {
        this.database = database;
    }

    /** @param youngerThan what was counted then or later may belong to a request that is going on */
    List<Finding> find(Instant from, Instant until, Instant youngerThan) {
        MapSqlParameterSource range = new MapSqlParameterSource("from", from.atOffset(ZoneOffset.UTC))
                .addValue("until", until.atOffset(ZoneOffset.UTC));
        return database.query(SELECT, range, (row, number) -> {
            Instant counted = row.getObject("counted_at", OffsetDateTime.class).toInstant();
            return new Finding(
                    !counted.isBefore(youngerThan),
                    Check.USAGE,
                    row.getString("request_id"),
                    row.getString("node_id"),
                    row.getString("pipeline"),
                    "",
                    counted.atOffset(ZoneOffset.UTC).toLocalDate(),
                    "usage_record",
                    "one",
                    "none");
        });
    }
}
