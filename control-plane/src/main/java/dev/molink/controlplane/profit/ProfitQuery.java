package dev.molink.controlplane.profit;

import dev.molink.controlplane.RefusedException;
import dev.molink.controlplane.RefusedException.Reason;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a report is about: those that finished at {@code from} or later and before {@code until}.
 *
 * @param organizationId only those of this tenant; null: of all
 * @param limit of lines; the lines beyond it are left out, though not of the total
 */
public record ProfitQuery(
        Instant from,
        Instant until,
        Grouping grouping,
        @Nullable String organizationId,
        int limit) {

    public static final Duration LONGEST = Duration.ofDays(31);
    public static final int MAX_LIMIT = 10_000;

    /** @throws RefusedException when a value is out of range; it names the field, the value and the range */
    public ProfitQuery {
        if (!from.isBefore(until) || Duration.between(from, until).compareTo(LONGEST) > 0) {
            throw refused(
                    "end_time",
                    "'end_time' must be after 'start_time' and at most %d days later, but they are %s and %s"
                            .formatted(LONGEST.toDays(), until, from));
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            throw refused("limit", "'limit' must be between 1 and %d, but it is %d".formatted(MAX_LIMIT, limit));
        }
    }

    private static RefusedException refused(String field, String sentence) {
        return new RefusedException(Reason.INVALID_VALUE, sentence, field);
    }
}
