package dev.molink.controlplane.admission;

import java.time.Duration;
import java.time.Instant;

/**
 * One owner's count of one metric in one window.
 *
 * @param currency empty unless money is counted
 * @param end the first instant after the window; {@link Instant#MAX} for what has none
 */
record Bound(LimitOwner owner, LimitMetric metric, String currency, Instant start, Instant end) {

    private static final Duration KEPT = Duration.ofHours(1);
    private static final Duration MONTHS_KEPT = Duration.ofDays(400);
    /** Later than any database can tell. */
    private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

    /** The key of its row. Ids have no colons; a model, which may, stands last. */
    String id() {
        return owner.kind() + ":" + owner.ownerId() + ":" + metric + ":" + currency + ":" + start.getEpochSecond() + ":"
                + owner.model();
    }

    boolean over(Instant now) {
        return !now.isBefore(end);
    }

    /** Until the next window begins; zero for what has none. */
    Duration left(Instant now) {
        return end.equals(Instant.MAX) ? Duration.ZERO : Duration.between(now, end);
    }

    /** When its row can go. */
    Instant obsoleteAt() {
        if (end.equals(Instant.MAX)) {
            return NEVER;
        }
        return end.plus(metric.window() == LimitMetric.Window.MONTH ? MONTHS_KEPT : KEPT);
    }
}
