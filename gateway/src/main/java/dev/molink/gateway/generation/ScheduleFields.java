package dev.molink.gateway.generation;

import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import dev.molink.gateway.http.Fields;
import dev.molink.proto.node.v1.Priority;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads how urgent a request is: OpenAI's {@code service_tier}, and {@code priority}, {@code timeout} and {@code
 * queue_timeout} of our own. Where both tier and priority are given, the priority counts.
 */
final class ScheduleFields {

    private static final double MAX_SECONDS = 86_400;
    private static final double MILLIS = 1000;

    private ScheduleFields() {}

    static Schedule read(Fields body) {
        String tier = body.string("service_tier");
        Priority byTier = tier == null ? Priority.PRIORITY_INTERACTIVE : ofTier(body.path("service_tier"), tier);
        String named = body.string("priority");
        Priority priority = named == null ? byTier : ofName(body.path("priority"), named);
        return new Schedule(priority, tier != null, seconds(body, "timeout"), seconds(body, "queue_timeout"));
    }

    private static Priority ofTier(String path, String tier) {
        return switch (tier) {
            case "auto", "default", "priority", "scale" -> Priority.PRIORITY_INTERACTIVE;
            case "flex" -> Priority.PRIORITY_BATCH;
            default -> throw unknown(path, "'auto', 'default', 'flex', 'priority' and 'scale'");
        };
    }

    private static Priority ofName(String path, String name) {
        return switch (name) {
            case "interactive" -> Priority.PRIORITY_INTERACTIVE;
            case "batch" -> Priority.PRIORITY_BATCH;
            default -> throw unknown(path, "'interactive' and 'batch'");
        };
    }

    private static @Nullable Duration seconds(Fields body, String name) {
        Double seconds = body.number(name, 0, MAX_SECONDS);
        if (seconds == null) {
            return null;
        }
        if (seconds == 0) {
            throw ApiException.field(
                    ErrorCode.BELOW_MINIMUM,
                    body.path(name),
                    "Invalid '%s': expected a value > 0 and <= %.0f seconds, but got 0 instead."
                            .formatted(body.path(name), MAX_SECONDS));
        }
        return Duration.ofMillis((long) Math.ceil(seconds * MILLIS));
    }

    private static ApiException unknown(String path, String supported) {
        return ApiException.field(
                ErrorCode.INVALID_VALUE,
                path,
                "Invalid value for '%s': supported values are %s.".formatted(path, supported));
    }
}
