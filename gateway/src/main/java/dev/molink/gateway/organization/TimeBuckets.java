package dev.molink.gateway.organization;

import dev.molink.controlplane.rollup.BucketWidth;
import dev.molink.gateway.administration.AdminExchange;
import dev.molink.gateway.http.ApiException;
import dev.molink.gateway.http.ErrorCode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One page of the buckets between two times. Buckets are whole minutes, hours or days of UTC: all that touch the range
 * count, and none begins in the future.
 *
 * @param from the start of the page's first bucket
 * @param to the end of its last one; {@code from} where the page holds none
 * @param nextPage the cursor of the next page; null: this is the last
 */
record TimeBuckets(
        BucketWidth width,
        Instant from,
        Instant to,
        @Nullable String nextPage) {

    private static final long LAST_SECOND = 253_402_300_799L; // of the year 9999
    private static final String CURSOR = "page_";

    /** How many buckets of a width a page may have, and has where the request is silent. */
    record Limit(int standard, int most) {}

    /** Reads {@code start_time}, {@code end_time}, {@code limit} and {@code page}. */
    static TimeBuckets read(AdminExchange exchange, BucketWidth width, Limit limit, Instant now) {
        Long start = exchange.queryInteger("start_time", 0, LAST_SECOND);
        if (start == null) {
            throw ApiException.field(
                    ErrorCode.MISSING_PARAMETER, "start_time", "Missing required parameter: 'start_time'.");
        }
        Long end = exchange.queryInteger("end_time", 0, LAST_SECOND);
        if (end != null && end <= start) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    "end_time",
                    "Invalid 'end_time': expected a time after 'start_time' (%d), but got %d instead."
                            .formatted(start, end));
        }
        Long wanted = exchange.queryInteger("limit", 1, limit.most());
        Instant first = width.start(Instant.ofEpochSecond(start));
        Instant last = end(width, end, now);
        return page(
                width,
                cursor(exchange.query("page"), width, first, last),
                last,
                wanted == null ? limit.standard() : wanted);
    }

    private static Instant end(BucketWidth width, @Nullable Long end, Instant now) {
        Instant current = width.start(now).plus(width.duration());
        if (end == null) {
            return current;
        }
        Instant asked = width.start(Instant.ofEpochSecond(end - 1)).plus(width.duration());
        return asked.isBefore(current) ? asked : current;
    }

    private static TimeBuckets page(BucketWidth width, Instant from, Instant last, long limit) {
        if (!from.isBefore(last)) {
            return new TimeBuckets(width, from, from, null);
        }
        Instant full = from.plus(width.duration().multipliedBy(limit));
        return full.isBefore(last)
                ? new TimeBuckets(width, from, full, cursor(full))
                : new TimeBuckets(width, from, last, null);
    }

    List<Instant> starts() {
        return Stream.iterate(from, start -> start.isBefore(to), start -> start.plus(width.duration()))
                .toList();
    }

    private static String cursor(Instant start) {
        byte[] bytes =
                ByteBuffer.allocate(Long.BYTES).putLong(start.getEpochSecond()).array();
        return CURSOR + Base64.getUrlEncoder().encodeToString(bytes);
    }

    private static Instant cursor(@Nullable String page, BucketWidth width, Instant first, Instant last) {
        if (page == null) {
            return first;
        }
        Instant start = decoded(page);
        if (start == null
                || start.isBefore(first)
                || start.isAfter(last)
                || !width.start(start).equals(start)) {
            throw ApiException.field(
                    ErrorCode.INVALID_VALUE,
                    "page",
                    "Invalid 'page': expected the 'next_page' of an answer to the same 'start_time', 'end_time' and"
                            + " 'bucket_width'.");
        }
        return start;
    }

    private static @Nullable Instant decoded(String page) {
        if (!page.startsWith(CURSOR)) {
            return null;
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(page.substring(CURSOR.length()));
            if (bytes.length != Long.BYTES) {
                return null;
            }
            long second = ByteBuffer.wrap(bytes).getLong();
            return second < 0 || second > LAST_SECOND ? null : Instant.ofEpochSecond(second);
        } catch (IllegalArgumentException noBase64) {
            return null;
        }
    }
}
