package dev.molink.gateway.organization;

import dev.molink.controlplane.access.Access;
import dev.molink.controlplane.access.Area;
import dev.molink.controlplane.rollup.BucketWidth;
import dev.molink.controlplane.rollup.UsageDimension;
import dev.molink.controlplane.rollup.UsageQuestion;
import dev.molink.controlplane.rollup.UsageReports;
import dev.molink.controlplane.rollup.UsageRow;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.administration.AdminRoute;
import dev.molink.gateway.organization.TimeBuckets.Limit;
import java.io.IOException;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /v1/organization/usage/completions}: what the organization's requests used. OpenAI's users are here the end
 * users that requests name. Batches do not exist yet, so no usage is theirs.
 */
@RestController
final class UsageController {

    private static final Map<String, UsageDimension> GROUPS = Map.of(
            "project_id", UsageDimension.PROJECT,
            "user_id", UsageDimension.END_USER,
            "api_key_id", UsageDimension.API_KEY,
            "model", UsageDimension.MODEL,
            "service_tier", UsageDimension.SERVICE_TIER);
    private static final String BATCH = "batch";
    private static final List<String> GROUP_WORDS =
            List.of("project_id", "user_id", "api_key_id", "model", BATCH, "service_tier");

    private final UsageReports reports;
    private final InstantSource clock;

    UsageController(UsageReports reports, InstantSource clock) {
        this.reports = reports;
        this.clock = clock;
    }

    @GetMapping("/v1/organization/usage/completions")
    @AdminRoute(area = Area.USAGE, access = Access.VIEW)
    void completions(AdminExchange exchange) throws IOException {
        String named = QueryLists.word(exchange, "bucket_width", List.of("1m", "1h", "1d"));
        BucketWidth width = width(named);
        TimeBuckets buckets = TimeBuckets.read(exchange, width, limit(width), clock.instant());
        Set<String> groups = QueryLists.words(exchange, "group_by", GROUP_WORDS);
        String batch = QueryLists.word(exchange, BATCH, List.of("true", "false"));
        UsageQuestion question = new UsageQuestion(
                exchange.organizationId(), width, buckets.from(), buckets.to(), filters(exchange), dimensions(groups));
        List<UsageRow> rows =
                "true".equals(batch) || buckets.from().equals(buckets.to()) ? List.of() : reports.answer(question);
        exchange.send(
                BucketPage.of(buckets, rows, UsageRow::startsAt, row -> UsageResult.of(row, groups.contains(BATCH))));
    }

    private static BucketWidth width(@Nullable String named) {
        if (named == null) {
            return BucketWidth.DAY;
        }
        return switch (named) {
            case "1m" -> BucketWidth.MINUTE;
            case "1h" -> BucketWidth.HOUR;
            default -> BucketWidth.DAY;
        };
    }

    private static Limit limit(BucketWidth width) {
        return switch (width) {
            case MINUTE -> new Limit(60, 1440);
            case HOUR -> new Limit(24, 168);
            case DAY -> new Limit(7, 31);
        };
    }

    private static Map<UsageDimension, List<String>> filters(AdminExchange exchange) {
        Map<UsageDimension, List<String>> filters = new EnumMap<>(UsageDimension.class);
        filters.put(UsageDimension.PROJECT, QueryLists.filter(exchange, "project_ids"));
        filters.put(UsageDimension.END_USER, QueryLists.filter(exchange, "user_ids"));
        filters.put(UsageDimension.API_KEY, QueryLists.filter(exchange, "api_key_ids"));
        filters.put(UsageDimension.MODEL, QueryLists.filter(exchange, "models"));
        filters.values().removeIf(List::isEmpty);
        return filters;
    }

    private static Set<UsageDimension> dimensions(Set<String> groups) {
        return groups.stream().filter(GROUPS::containsKey).map(GROUPS::get).collect(Collectors.toSet());
    }
}
