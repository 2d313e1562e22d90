package dev.molink.controlplane.usage;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a request came, answered and ended.
 *
 * @param firstTokenAt null when no token was generated
 */
public record UsageTimes(Instant receivedAt, @Nullable Instant firstTokenAt, Instant finishedAt) {

    /**
     * These times, which another machine's clock told, as far as they can be true. All move by the same amount, so that what
     * lies between them stays; where that is longer than the bounds are apart, it ends at {@code latest} and loses its
     * beginning.
     *
     * @param earliest before which none can be; it wins over a {@code latest} that lies before it
     * @param latest after which none can be
     */
    public UsageTimes within(Instant earliest, Instant latest) {
        Instant end = latest.isBefore(earliest) ? earliest : latest;
        Duration shift = shift(earliest, end);
        Instant finished = clamp(finishedAt.plus(shift), earliest, end);
        Instant received = clamp(receivedAt.plus(shift), earliest, finished);
        Instant first = firstTokenAt == null ? null : clamp(firstTokenAt.plus(shift), received, finished);
        return new UsageTimes(received, first, finished);
    }

    /** Forwards as far as needed and the end allows; backwards, so negative, when the end is too late. */
    private Duration shift(Instant earliest, Instant latest) {
        Duration early = Duration.between(receivedAt, earliest);
        Duration forward = early.isNegative() ? Duration.ZERO : early;
        Duration room = Duration.between(finishedAt, latest);
        return forward.compareTo(room) < 0 ? forward : room;
    }

    private static Instant clamp(Instant time, Instant from, Instant to) {
        if (time.isBefore(from)) {
            return from;
        }
        return time.isAfter(to) ? to : time;
    }
}
