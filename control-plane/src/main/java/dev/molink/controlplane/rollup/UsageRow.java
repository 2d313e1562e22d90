package dev.molink.controlplane.rollup;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sums of one group in one bucket.
 *
 * @param values of what the question tells apart; {@code ""} where the requests had none
 */
public record UsageRow(Instant startsAt, Map<UsageDimension, String> values, UsageSums sums) {

    public UsageRow {
        values = values.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(values));
    }

    /** Null where the question does not tell it apart, or the requests had none. */
    public @Nullable String value(UsageDimension dimension) {
        String value = values.get(dimension);
        return value == null || value.isEmpty() ? null : value;
    }
}
