package dev.molink.gateway.administration.profit;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.profit.Grouping;
import dev.molink.controlplane.profit.ProfitQuery;
import dev.molink.controlplane.profit.ProfitReport;
import dev.molink.controlplane.profit.Profits;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /admin/v1/profit?start_time=…&end_time=…&group_by=tenant|model|pipeline|hour|request&organization_id=…}: revenue,
 * cost and margin of the requests that finished in that time. Times are Unix seconds; {@code end_time} is now without it.
 */
@RestController
final class ProfitController {

    private static final long LAST_SECOND = 253_402_300_799L; // of the year 9999
    private static final int DEFAULT_LIMIT = 1_000;

    private final Profits profits;
    private final InstantSource clock;

    ProfitController(Profits profits, InstantSource clock) {
        this.profits = profits;
        this.clock = clock;
    }

    @GetMapping("/admin/v1/profit")
    @AdminRoute(area = Area.PROFIT, access = Access.VIEW, operatorOnly = true)
    void report(AdminExchange exchange) throws IOException {
        Grouping grouping = grouping(exchange);
        Long start = exchange.queryInteger("start_time", 0, LAST_SECOND);
        Long end = exchange.queryInteger("end_time", 0, LAST_SECOND);
        Long limit = exchange.queryInteger("limit", 1, ProfitQuery.MAX_LIMIT);
        if (start == null) {
            throw ApiException.field(
                    ErrorCode.MISSING_PARAMETER, "start_time", "Missing required parameter: 'start_time'.");
        }
        ProfitQuery query = new ProfitQuery(
                Instant.ofEpochSecond(start),
                // a request that finishes within this second belongs to it
                end == null ? clock.instant().plusSeconds(1) : Instant.ofEpochSecond(end),
                grouping,
                exchange.query("organization_id"),
                limit == null ? DEFAULT_LIMIT : Math.toIntExact(limit));
        exchange.send(answer(query, profits.report(query)));
    }

    private static Grouping grouping(AdminExchange exchange) {
        String named = exchange.query("group_by");
        if (named == null) {
            return Grouping.TENANT;
        }
        return Arrays.stream(Grouping.values())
                .filter(each -> word(each).equals(named))
                .findFirst()
                .orElseThrow(() -> ApiException.field(
                        ErrorCode.INVALID_VALUE,
                        "group_by",
                        "Invalid 'group_by': expected one of tenant, model, pipeline, hour, request."));
    }

    private static String word(Grouping grouping) {
        return grouping.name().toLowerCase(Locale.ROOT);
    }

    private static String keyName(Grouping grouping) {
        return switch (grouping) {
            case TENANT -> "organization_id";
            case MODEL -> "model";
            case PIPELINE -> "pipeline";
            case HOUR -> "hour";
            case REQUEST -> "request_id";
        };
    }

    private static Map<String, Object> answer(ProfitQuery query, ProfitReport report) {
        String key = keyName(query.grouping());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("object", "profit");
        answer.put("start_time", query.from().getEpochSecond());
        answer.put("end_time", query.until().getEpochSecond());
        answer.put("group_by", word(query.grouping()));
        answer.put(
                "data",
                report.lines().stream()
                        .map(line -> ProfitAnswers.line(key, line))
                        .toList());
        answer.put("has_more", report.truncated());
        answer.put("total", ProfitAnswers.line(key, report.total()));
        answer.put("idle", report.idle().stream().map(ProfitAnswers::idle).toList());
        return answer;
    }
}
