package dev.molink.gateway.organization;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** OpenAI's page of buckets. A bucket in which nothing happened has no results. */
record BucketPage(
        String object,
        List<Bucket> data,
        @JsonProperty("has_more") boolean hasMore,
        @JsonProperty("next_page") @Nullable String nextPage) {

    record Bucket(
            String object,
            @JsonProperty("start_time") long startTime,
            @JsonProperty("end_time") long endTime,
            List<?> results) {}

    /** Puts rows in their buckets, in the order in which they come. */
    static <T> BucketPage of(TimeBuckets buckets, List<T> rows, Function<T, Instant> start, Function<T, ?> result) {
        Map<Instant, List<T>> byStart = rows.stream().collect(Collectors.groupingBy(start));
        List<Bucket> data = buckets.starts().stream()
                .map(at -> new Bucket(
                        "bucket",
                        at.getEpochSecond(),
                        at.plus(buckets.width().duration()).getEpochSecond(),
                        byStart.getOrDefault(at, List.of()).stream().map(result).toList()))
                .toList();
        return new BucketPage("page", data, buckets.nextPage() != null, buckets.nextPage());
    }
}
