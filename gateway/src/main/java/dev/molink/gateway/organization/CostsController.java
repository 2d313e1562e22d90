package dev.molink.gateway.organization;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.rollup.BucketWidth;
import dev.molink.controlplane.rollup.CostReports;
import dev.molink.controlplane.rollup.CostRow;
import dev.molink.controlplane.rollup.UsageDimension;
import dev.molink.controlplane.rollup.UsageQuestion;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.organization.TimeBuckets.Limit;
import java.io.IOException;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/organization/costs}: what the organization's usage costs it, by day. */
@RestController
final class CostsController {

    private static final Limit LIMIT = new Limit(7, 180);
    private static final String LINE_ITEM = "line_item";

    private final CostReports reports;
    private final InstantSource clock;

    CostsController(CostReports reports, InstantSource clock) {
        this.reports = reports;
        this.clock = clock;
    }

    @GetMapping("/v1/organization/costs")
    @AdminRoute(area = Area.USAGE, access = Access.VIEW)
    void costs(AdminExchange exchange) throws IOException {
        var _ = QueryLists.word(exchange, "bucket_width", List.of("1d"));
        TimeBuckets buckets = TimeBuckets.read(exchange, BucketWidth.DAY, LIMIT, clock.instant());
        Set<String> groups = QueryLists.words(exchange, "group_by", List.of("project_id", LINE_ITEM, "api_key_id"));
        UsageQuestion question = new UsageQuestion(
                exchange.organizationId(),
                BucketWidth.DAY,
                buckets.from(),
                buckets.to(),
                filters(exchange),
                dimensions(groups));
        List<CostRow> rows =
                buckets.from().equals(buckets.to()) ? List.of() : reports.answer(question, groups.contains(LINE_ITEM));
        exchange.send(BucketPage.of(buckets, rows, CostRow::startsAt, CostResult::of));
    }

    private static Map<UsageDimension, List<String>> filters(AdminExchange exchange) {
        Map<UsageDimension, List<String>> filters = new EnumMap<>(UsageDimension.class);
        filters.put(UsageDimension.PROJECT, QueryLists.filter(exchange, "project_ids"));
        filters.put(UsageDimension.API_KEY, QueryLists.filter(exchange, "api_key_ids"));
        filters.values().removeIf(List::isEmpty);
        return filters;
    }

    private static Set<UsageDimension> dimensions(Set<String> groups) {
        Set<UsageDimension> dimensions = EnumSet.noneOf(UsageDimension.class);
        if (groups.contains("project_id")) {
            dimensions.add(UsageDimension.PROJECT);
        }
        if (groups.contains("api_key_id")) {
            dimensions.add(UsageDimension.API_KEY);
        }
        return dimensions;
    }
}
