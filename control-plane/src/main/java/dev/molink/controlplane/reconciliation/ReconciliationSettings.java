package dev.molink.controlplane.reconciliation;

import java.time.Duration;
import java.time.LocalTime;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the books are compared.
 *
 * @param grace how long evidence and bookings have to arrive after the end of a request before their absence is a difference;
 *     1s to 24h
 * @param nightlyAt when, in UTC, the day before is compared
 */
@ConfigurationProperties("molink.reconciliation")
public record ReconciliationSettings(
        @DefaultValue("15m") Duration grace,
        @DefaultValue("02:00") LocalTime nightlyAt) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(24);

    public ReconciliationSettings {
        if (grace.compareTo(SHORTEST) < 0 || grace.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "molink.reconciliation.grace must be between 1s and 24h, but it is " + grace);
        }
    }
}
