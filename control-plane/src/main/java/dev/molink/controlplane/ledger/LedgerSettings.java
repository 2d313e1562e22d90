package dev.molink.controlplane.ledger;

import java.time.Duration;
import java.time.ZoneId;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the books are kept.
 *
 * @param zone in which billing months begin and end, such as {@code Europe/Berlin}; never change it once there are books
 * @param expiryPause between two looks for expired credits; 1s to 1d
 */
@ConfigurationProperties("molink.billing")
public record LedgerSettings(
        @DefaultValue("UTC") ZoneId zone,
        @DefaultValue("1m") Duration expiryPause) {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    public LedgerSettings {
        if (expiryPause.compareTo(SHORTEST) < 0 || expiryPause.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "molink.billing.expiry-pause must be between 1s and 1d, but it is " + expiryPause);
        }
    }
}
