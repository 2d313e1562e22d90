package dev.molink.controlplane.rollup;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** The tables of sums, in the order in which they are written. Each holds every request once. */
enum RollupTable {
    HOUR("usage_hour", ChronoUnit.HOURS, true, true, false),
    DAY("usage_day", ChronoUnit.DAYS, false, false, true),
    DAY_OF_END_USER("usage_day_end_user", ChronoUnit.DAYS, true, false, false);

    private final String table;
    private final ChronoUnit span;
    private final boolean byEndUser;
    private final boolean byPipeline;
    private final boolean byPriceRule;

    RollupTable(String table, ChronoUnit span, boolean byEndUser, boolean byPipeline, boolean byPriceRule) {
        this.table = table;
        this.span = span;
        this.byEndUser = byEndUser;
        this.byPipeline = byPipeline;
        this.byPriceRule = byPriceRule;
    }

    String table() {
        return table;
    }

    Duration span() {
        return span.getDuration();
    }

    /** Columns of the key, the start first. */
    List<String> keyColumns() {
        List<String> columns = new ArrayList<>(List.of("starts_at", "organization_id", "project_id", "api_key_id"));
        columns.addAll(byEndUser ? List.of("end_user", "model") : List.of("model"));
        columns.addAll(byPipeline ? List.of("pipeline", "service_tier") : List.of("service_tier"));
        columns.addAll(byPriceRule ? List.of("currency", "price_rule_id") : List.of("currency"));
        return columns;
    }

    /** The row of this table that an instant's key belongs to. */
    RollupKey row(RollupKey key) {
        return new RollupKey(
                start(key.startsAt()),
                key.organizationId(),
                key.projectId(),
                key.apiKeyId(),
                byEndUser ? key.endUser() : "",
                key.model(),
                byPipeline ? key.pipeline() : "",
                key.serviceTier(),
                key.currency(),
                byPriceRule ? key.priceRuleId() : "");
    }

    Instant start(Instant when) {
        return when.truncatedTo(span);
    }
}
