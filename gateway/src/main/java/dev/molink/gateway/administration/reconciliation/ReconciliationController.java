package dev.molink.gateway.administration.reconciliation;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.reconciliation.DayTotal;
import dev.molink.controlplane.reconciliation.Finding;
import dev.molink.controlplane.reconciliation.ReconciliationRun;
import dev.molink.controlplane.reconciliation.ReconciliationRun.State;
import dev.molink.controlplane.reconciliation.Reconciliations;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /admin/v1/reconciliation}: {@code POST} with {@code start_time} and {@code end_time} (Unix seconds) compares the
 * books of that time and answers 202 with the run, which some replica begins within seconds; {@code GET} lists the newest
 * runs; {@code GET /admin/v1/reconciliation/ID} shows one with its totals, differences and open items, {@code limit} of them
 * behind the first {@code after}.
 */
@RestController
final class ReconciliationController {

    static final String PATH = "/admin/v1/reconciliation";
    private static final long LAST_SECOND = 253_402_300_799L; // of the year 9999
    private static final int MAX_RUNS = 100;
    private static final int DEFAULT_RUNS = 20;
    private static final int MAX_FINDINGS = 1_000;

    private final Reconciliations reconciliations;

    ReconciliationController(Reconciliations reconciliations) {
        this.reconciliations = reconciliations;
    }

    @PostMapping(PATH)
    @AdminRoute(area = Area.RECONCILIATION, access = Access.MANAGE, operatorOnly = true)
    void run(AdminExchange exchange) throws IOException {
        Instant from = second(exchange.body(), "start_time");
        Instant until = second(exchange.body(), "end_time");
        ReconciliationRun requested = exchange.change(() -> {
            ReconciliationRun run =
                    reconciliations.request(from, until, exchange.caller().actorId());
            exchange.auditInstallation(
                    "reconciliation.requested",
                    run.runId(),
                    Map.of(),
                    Map.of("start_time", from.toString(), "end_time", until.toString()));
            return run;
        });
        exchange.send(202, answer(requested));
    }

    @GetMapping(PATH)
    @AdminRoute(area = Area.RECONCILIATION, access = Access.VIEW, operatorOnly = true)
    void list(AdminExchange exchange) throws IOException {
        Long limit = exchange.queryInteger("limit", 1, MAX_RUNS);
        List<ReconciliationRun> runs = reconciliations.newest(limit == null ? DEFAULT_RUNS : Math.toIntExact(limit));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("object", "list");
        answer.put("difference", reconciliations.differences());
        answer.put("data", runs.stream().map(ReconciliationController::answer).toList());
        exchange.send(answer);
    }

    @GetMapping(PATH + "/{runId}")
    @AdminRoute(area = Area.RECONCILIATION, access = Access.VIEW, operatorOnly = true)
    void find(AdminExchange exchange, @PathVariable String runId) throws IOException {
        ReconciliationRun run =
                reconciliations.find(runId).orElseThrow(() -> AdminExchange.notFound("reconciliation", runId));
        Long after = exchange.queryInteger("after", 0, Integer.MAX_VALUE);
        Long limit = exchange.queryInteger("limit", 1, MAX_FINDINGS);
        List<Finding> findings = reconciliations.findings(
                runId,
                after == null ? 0 : Math.toIntExact(after),
                limit == null ? MAX_FINDINGS : Math.toIntExact(limit));
        Map<String, Object> answer = answer(run);
        answer.put(
                "totals",
                reconciliations.totals(runId).stream()
                        .map(ReconciliationController::answer)
                        .toList());
        answer.put(
                "findings",
                findings.stream().map(ReconciliationController::answer).toList());
        exchange.send(answer);
    }

    private static Instant second(Fields body, String name) {
        Long second = body.longInteger(name, 0, LAST_SECOND);
        if (second == null) {
            throw ApiException.field(
                    ErrorCode.MISSING_PARAMETER, name, "Missing required parameter: '%s'.".formatted(name));
        }
        return Instant.ofEpochSecond(second);
    }

    private static Map<String, Object> answer(ReconciliationRun run) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("object", "reconciliation");
        answer.put("id", run.runId());
        answer.put("start_time", run.from().getEpochSecond());
        answer.put("end_time", run.until().getEpochSecond());
        answer.put("requested_by", run.requestedBy());
        answer.put("status", run.state().name().toLowerCase(Locale.ROOT));
        answer.put("started_at", run.startedAt().getEpochSecond());
        Instant finished = run.finishedAt();
        answer.put("finished_at", finished == null ? null : finished.getEpochSecond());
        if (run.state() == State.FINISHED) {
            answer.put("requests", run.requests());
            answer.put("difference", run.differences());
            answer.put("open_items", run.openItems());
        }
        answer.put("failure", run.failure());
        return answer;
    }

    private static Map<String, Object> answer(Finding finding) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("object", finding.open() ? "reconciliation.open_item" : "reconciliation.difference");
        answer.put("check", finding.check().word());
        answer.put("request_id", finding.requestId());
        answer.put("node_id", finding.nodeId().isEmpty() ? null : finding.nodeId());
        answer.put("pipeline", finding.pipeline());
        answer.put("organization_id", finding.organizationId());
        answer.put("day", finding.day().toString());
        answer.put("quantity", finding.quantity());
        answer.put("expected", finding.expected());
        answer.put("found", finding.found());
        return answer;
    }

    private static Map<String, Object> answer(DayTotal total) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("object", "reconciliation.total");
        answer.put("day", total.day().toString());
        answer.put("pipeline", total.pipeline());
        answer.put("organization_id", total.organizationId());
        answer.put("currency", total.currency());
        answer.put("requests", total.requests());
        answer.put("usage", plain(total.usage()));
        answer.put("ledger", plain(total.ledger()));
        return answer;
    }

    private static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
