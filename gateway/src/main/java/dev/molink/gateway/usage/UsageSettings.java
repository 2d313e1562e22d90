package dev.molink.gateway.usage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How usage is recorded.
 *
 * @param grace how long a lost head has to come back with its own counts before the gateway's are written; up to 1h, and shorter
 *     than {@code molink.limits.settlement-grace}
 */
@ConfigurationProperties("molink.gateway.usage")
public record UsageSettings(@DefaultValue("10s") Duration grace) {

    private static final Duration LONGEST = Duration.ofHours(1);

    public UsageSettings {
        if (grace.isNegative() || grace.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "molink.gateway.usage.grace must be between 0s and 1h, but it is " + grace);
        }
    }

    /**
     * Checks that an ended request's lease outlives the wait for its head, or others would spend what its record has still to
     * be charged for.
     */
    void requireShorterThan(Duration settlementGrace) {
        if (grace.compareTo(settlementGrace) >= 0) {
            throw new IllegalArgumentException(
                    "molink.limits.settlement-grace must be longer than molink.gateway.usage.grace, but they are %s and %s"
                            .formatted(settlementGrace, grace));
        }
    }
}
