package dev.molink.controlplane.rollup;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The tables of sums, in the order in which they are written. Each holds every request once. */
enum RollupTable {
    HOUR("usage_hour", ChronoUnit.HOURS, true, true),
    DAY("usage_day", ChronoUnit.DAYS, false, false),
    DAY_OF_END_USER("usage_day_end_user", ChronoUnit.DAYS, true, false);

    private final String table;
    private final ChronoUnit span;
    private final boolean byEndUser;
    private final boolean byPipeline;

    RollupTable(String table, ChronoUnit span, boolean byEndUser, boolean byPipeline) {
        this.table = table;
        this.span = span;
        this.byEndUser = byEndUser;
        this.byPipeline = byPipeline;
    }

    String table() {
        return table;
    }

    Duration span() {
        return span.getDuration();
    }

    /** Columns of the key, the start first. */
    List<String> keyColumns() {
        return switch (this) {
            case HOUR ->
                List.of(
                        "starts_at",
                        "organization_id",
                        "project_id",
                        "api_key_id",
                        "end_user",
                        "model",
                        "pipeline",
                        "service_tier",
                        "currency");
            case DAY ->
                List.of(
                        "starts_at",
                        "organization_id",
                        "project_id",
                        "api_key_id",
                        "model",
                        "service_tier",
                        "currency");
            case DAY_OF_END_USER ->
                List.of(
                        "starts_at",
                        "organization_id",
                        "project_id",
                        "api_key_id",
                        "end_user",
                        "model",
                        "service_tier",
                        "currency");
        };
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
                key.currency());
    }

    Instant start(Instant when) {
        return when.truncatedTo(span);
    }
}
