package dev.molink.controlplane.rollup;

import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which usage, and what to tell apart.
 *
 * @param organizationId null: that of all organizations
 * @param from the start of the first bucket
 * @param to the end of the last one
 * @param filters values that count, by what they are values of; what is not named here is not filtered
 * @param groups what to tell apart; the rest is summed up
 */
public record UsageQuestion(
        @Nullable String organizationId,
        BucketWidth width,
        Instant from,
        Instant to,
        Map<UsageDimension, List<String>> filters,
        Set<UsageDimension> groups) {

    public UsageQuestion {
        if (!width.start(from).equals(from) || !width.start(to).equals(to)) {
            throw new IllegalArgumentException("buckets of a %s begin at whole ones, but the question is from %s to %s"
                    .formatted(width, from, to));
        }
        boolean byRule = filters.containsKey(UsageDimension.PRICE_RULE) || groups.contains(UsageDimension.PRICE_RULE);
        boolean byUser = filters.containsKey(UsageDimension.END_USER) || groups.contains(UsageDimension.END_USER);
        if (byRule && (width == BucketWidth.HOUR || (width == BucketWidth.DAY && byUser))) {
            throw new IllegalArgumentException(
                    "no sums tell price rules apart by %s%s".formatted(width, byUser ? " and end user" : ""));
        }
        Map<UsageDimension, List<String>> copy = new EnumMap<>(UsageDimension.class);
        filters.forEach((dimension, values) -> copy.put(dimension, List.copyOf(values)));
        filters = Map.copyOf(copy);
        groups = groups.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(groups));
    }

    boolean concerns(UsageDimension dimension) {
        return filters.containsKey(dimension) || groups.contains(dimension);
    }
}
