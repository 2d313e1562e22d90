package dev.molink.controlplane.audit;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import dev.molink.controlplane.paging.Page;
import dev.molink.controlplane.paging.PageRequest;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The audit log to read. */
public final class AuditLog {

    private final JdbcClient database;

    AuditLog(JdbcClient database) {
        this.database = database;
    }

    /**
     * Rows that pass the filter, by their place in the log.
     *
     * @throws RefusedException when a cursor names no row of this log
     */
    public Page<AuditRow> page(AuditFilter filter, PageRequest page) {
        List<String> conditions = new ArrayList<>();
        Map<String, Object> parameters = new HashMap<>();
        conditions.add(whose(filter));
        parameters.put("organization", filter.organizationId());
        if (filter.from() != null) {
            conditions.add("recorded_at >= :from");
            parameters.put("from", filter.from().atOffset(ZoneOffset.UTC));
        }
        if (filter.until() != null) {
            conditions.add("recorded_at < :until");
            parameters.put("until", filter.until().atOffset(ZoneOffset.UTC));
        }
        any("action", filter.actions(), conditions, parameters);
        any("actor_id", filter.actorIds(), conditions, parameters);
        any("object_id", filter.objectIds(), conditions, parameters);
        cursor(filter, page, conditions, parameters);
        List<AuditRow> rows = database.sql("SELECT %s FROM audit_entry WHERE %s ORDER BY sequence %s LIMIT :limit"
                        .formatted(
                                AuditTable.COLUMNS,
                                String.join(" AND ", conditions),
                                page.readsUpwards() ? "ASC" : "DESC"))
                .params(parameters)
                .param("limit", page.limit() + 1)
                .query(AuditTable::row)
                .list();
        return Page.ofRead(rows, page);
    }

    private static String whose(AuditFilter filter) {
        return filter.withInstallation()
                ? "(organization_id = :organization OR organization_id = '')"
                : "organization_id = :organization";
    }

    private static void any(
            String column, List<String> values, List<String> conditions, Map<String, Object> parameters) {
        if (!values.isEmpty()) {
            conditions.add("%s IN (:%s)".formatted(column, column));
            parameters.put(column, values);
        }
    }

    private void cursor(AuditFilter filter, PageRequest page, List<String> conditions, Map<String, Object> parameters) {
        String cursor = page.cursor();
        if (cursor != null) {
            conditions.add("sequence %s :cursor".formatted(page.readsUpwards() ? ">" : "<"));
            parameters.put("cursor", sequence(cursor, filter, page));
        }
    }

    private long sequence(String id, AuditFilter filter, PageRequest page) {
        return database.sql("SELECT sequence FROM audit_entry WHERE id = :id AND " + whose(filter))
                .param("id", id)
                .param("organization", filter.organizationId())
                .query(Long.class)
                .optional()
                .orElseThrow(() -> new RefusedException(
                        Reason.INVALID_VALUE,
                        "'%s' names no entry of this log".formatted(page.cursorField()),
                        page.cursorField()));
    }
}
