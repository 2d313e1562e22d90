package dev.molink.controlplane.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of the log and the end of their chain, in the database. */
final class AuditTable {

    static final String COLUMNS = """
            sequence, id, recorded_at, actor_kind, actor_id, actor_role, organization_id, action, object_id, before_fields,
            after_fields, request_id, previous_hash, hash""";
    private static final String INSERT = """
            INSERT INTO audit_entry (%s)
            VALUES (:sequence, :id, :recordedAt, :actorKind, :actorId, :actorRole, :organizationId, :action, :objectId,
                :beforeFields, :afterFields, :requestId, :previousHash, :hash)""".formatted(COLUMNS);

    private final JdbcClient database;

    AuditTable(JdbcClient database) {
        this.database = database;
    }

    /**
     * The end of the chain.
     *
     * @param count rows that the log has
     */
    record Head(long count, String hash) {}

    /** The end of the chain, which nobody else can move until this transaction ends. */
    Head lockedHead() {
        return database.sql("SELECT entry_count, hash FROM audit_head WHERE id = 1 FOR UPDATE")
                .query(AuditTable::head)
                .single();
    }

    void append(AuditRow row) {
        database.sql(INSERT)
                .param("sequence", row.sequence())
                .param("id", row.id())
                .param("recordedAt", row.recordedAt().atOffset(ZoneOffset.UTC))
                .param("actorKind", row.actorKind())
                .param("actorId", row.actorId())
                .param("actorRole", row.actorRole())
                .param("organizationId", row.organizationId())
                .param("action", row.action())
                .param("objectId", row.objectId())
                .param("beforeFields", row.beforeFields())
                .param("afterFields", row.afterFields())
                .param("requestId", row.requestId())
                .param("previousHash", row.previousHash())
                .param("hash", row.hash())
                .update();
        database.sql("UPDATE audit_head SET entry_count = :count, hash = :hash WHERE id = 1")
                .param("count", row.sequence())
                .param("hash", row.hash())
                .update();
    }

    /** Rows behind {@code sequence}, in order, at most {@code limit}. */
    List<AuditRow> behind(long sequence, int limit) {
        return database.sql("SELECT %s FROM audit_entry WHERE sequence > :sequence ORDER BY sequence LIMIT :limit"
                        .formatted(COLUMNS))
                .param("sequence", sequence)
                .param("limit", limit)
                .query(AuditTable::row)
                .list();
    }

    static AuditRow row(ResultSet columns, int number) throws SQLException {
        return new AuditRow(
                columns.getLong("sequence"),
                columns.getString("id"),
                columns.getObject("recorded_at", OffsetDateTime.class).toInstant(),
                columns.getString("actor_kind"),
                columns.getString("actor_id"),
                columns.getString("actor_role"),
                columns.getString("organization_id"),
                columns.getString("action"),
                columns.getString("object_id"),
                columns.getString("before_fields"),
                columns.getString("after_fields"),
                columns.getString("request_id"),
                columns.getString("previous_hash"),
                columns.getString("hash"));
    }

    private static Head head(ResultSet columns, int number) throws SQLException {
        return new Head(columns.getLong("entry_count"), columns.getString("hash"));
    }
}
