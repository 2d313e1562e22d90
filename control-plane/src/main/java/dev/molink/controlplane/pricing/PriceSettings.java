package dev.molink.controlplane.pricing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How prices are held in memory.
 *
 * @param changePoll how often a replica looks whether another changed a price; 50ms to 1s
 */
@ConfigurationProperties("molink.billing.prices")
public record PriceSettings(@DefaultValue("500ms") Duration changePoll) {

    private static final Duration SHORTEST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofSeconds(1);

    public PriceSettings {
        if (changePoll.compareTo(SHORTEST) < 0 || changePoll.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "molink.billing.prices.change-poll must be between 50ms and 1s, but it is " + changePoll);
        }
    }
}
