package dev.molink.controlplane.ledger;

import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** Months as bills have them, in the zone of the settings. */
public final class BillingCalendar {

    private final ZoneId zone;
    private final InstantSource clock;

    public BillingCalendar(ZoneId zone, InstantSource clock) {
        this.zone = zone;
        this.clock = clock;
    }

    public ZoneId zone() {
        return zone;
    }

    /** Now, as exactly as both databases keep it. */
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    public YearMonth monthOf(Instant instant) {
        return YearMonth.from(instant.atZone(zone));
    }

    /** The first instant of the month; where a clock is set forward over midnight, the first that there is. */
    public Instant startOf(YearMonth month) {
        return month.atDay(1).atStartOfDay(zone).toInstant();
    }
}
