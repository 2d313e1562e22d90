package dev.molink.gateway.organization;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.AdminCaller.ActorKind;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.audit.AuditFilter;
import dev.molink.controlplane.audit.AuditLog;
import dev.molink.controlplane.audit.AuditRow;
import dev.molink.controlplane.paging.PageRequest.Order;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/organization/audit_logs}: who changed what, the newest first. */
@RestController
final class AuditLogsController {

    private static final long LAST_SECOND = 253_402_300_799L; // of the year 9999

    private final AuditLog log;

    AuditLogsController(AuditLog log) {
        this.log = log;
    }

    @GetMapping("/v1/organization/audit_logs")
    @AdminRoute(area = Area.AUDIT, access = Access.VIEW)
    void list(AdminExchange exchange) throws IOException {
        AuditFilter filter = new AuditFilter(
                exchange.organizationId(),
                exchange.isOperator(),
                latest(second(exchange, "effective_at[gte]", 0), second(exchange, "effective_at[gt]", 1)),
                earliest(second(exchange, "effective_at[lt]", 0), second(exchange, "effective_at[lte]", 1)),
                exchange.queries("event_types"),
                exchange.queries("actor_ids"),
                Stream.concat(exchange.queries("resource_ids").stream(), exchange.queries("project_ids").stream())
                        .toList());
        exchange.sendPage(log.page(filter, exchange.paging(Order.DESC)), AuditRow::id, AuditLogsController::answer);
    }

    /** Times are whole seconds, so behind a second means from the next one on. */
    private static @Nullable Instant second(AdminExchange exchange, String name, int added) {
        Long seconds = exchange.queryInteger(name, 0, LAST_SECOND - 1);
        return seconds == null ? null : Instant.ofEpochSecond(seconds + added);
    }

    private static @Nullable Instant latest(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isAfter(one)) ? other : one;
    }

    private static @Nullable Instant earliest(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }

    private static Map<String, Object> answer(AuditRow row) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", row.id());
        answer.put("object", "organization.audit_log");
        answer.put("type", row.action());
        answer.put("effective_at", row.recordedAt().getEpochSecond());
        answer.put("actor", actor(row));
        answer.put(row.action(), details(row));
        answer.put("sequence", row.sequence());
        answer.put("request_id", row.requestId());
        answer.put("hash", row.hash());
        return answer;
    }

    private static Map<String, Object> actor(AuditRow row) {
        String role = row.actorRole().toLowerCase(Locale.ROOT);
        if (row.actorKind().equals(ActorKind.ADMIN_KEY.name())) {
            return Map.of(
                    "type", "api_key", "api_key", Map.of("id", row.actorId(), "type", "service_account"), "role", role);
        }
        if (row.actorKind().equals(ActorKind.ACCOUNT.name())) {
            return Map.of("type", "session", "session", Map.of("user", Map.of("id", row.actorId())), "role", role);
        }
        return Map.of("type", "system", "system", Map.of("id", row.actorId()), "role", role);
    }

    /** OpenAI's fields for the type, and what was there before. */
    private static Map<String, Object> details(AuditRow row) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("id", row.objectId());
        if (!row.after().isEmpty()) {
            details.put(row.before().isEmpty() ? "data" : "changes_requested", row.after());
        }
        if (!row.before().isEmpty()) {
            details.put("before", row.before());
        }
        return details;
    }
}
