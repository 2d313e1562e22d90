package dev.molink.controlplane.rollup;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** How long a bucket is. Buckets begin at whole minutes, hours and days of UTC, which knows no daylight-saving time. */
public enum BucketWidth {
    MINUTE(ChronoUnit.MINUTES),
    HOUR(ChronoUnit.HOURS),
    DAY(ChronoUnit.DAYS);

    private final ChronoUnit unit;

    BucketWidth(ChronoUnit unit) {
        this.unit = unit;
    }

    public Duration duration() {
        return unit.getDuration();
    }

    /** The start of the bucket that {@code when} lies in. */
    public Instant start(Instant when) {
        return when.truncatedTo(unit);
    }
}
