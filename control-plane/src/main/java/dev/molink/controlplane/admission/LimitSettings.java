package dev.molink.controlplane.admission;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How limits are kept on several replicas.
 *
 * @param zone in which days and months begin
 * @param leaseTokens generated tokens that a request reserves ahead, 1 to 100000
 * @param expiry after which the shares of a replica that says nothing return, 3s to 5m
 * @param returnWait how long a request waits for what others may return, 0s to 10s
 * @param maxWaiting the most requests that wait at once; others are refused without waiting
 * @param outageAllowance the part of each limit, 0 to 1, that every replica may use while the database does not answer
 * @param settlementGrace how long the reservation of an ended request waits for its settlement, 10s to 1h
 * @param budgetThresholds percentages of a budget that are told when they are crossed, each 1 to 1000
 */
@ConfigurationProperties("molink.limits")
public record LimitSettings(
        @DefaultValue("UTC") ZoneId zone,
        @DefaultValue("256") int leaseTokens,
        @DefaultValue("10s") Duration expiry,
        @DefaultValue("1s") Duration returnWait,
        @DefaultValue("2000") int maxWaiting,
        @DefaultValue("0.02") BigDecimal outageAllowance,
        @DefaultValue("1m") Duration settlementGrace,
        @DefaultValue({"80", "100"}) List<Integer> budgetThresholds) {

    private static final int MAX_LEASE_TOKENS = 100_000;

    public LimitSettings {
        budgetThresholds = List.copyOf(budgetThresholds);
        require(leaseTokens >= 1 && leaseTokens <= MAX_LEASE_TOKENS, "lease-tokens", "1 to 100000", leaseTokens);
        requireBetween("expiry", expiry, Duration.ofSeconds(3), Duration.ofMinutes(5));
        requireBetween("return-wait", returnWait, Duration.ZERO, Duration.ofSeconds(10));
        require(maxWaiting >= 0, "max-waiting", "0 or more", maxWaiting);
        require(
                outageAllowance.signum() >= 0 && outageAllowance.compareTo(BigDecimal.ONE) <= 0,
                "outage-allowance",
                "0 to 1",
                outageAllowance);
        requireBetween("settlement-grace", settlementGrace, Duration.ofSeconds(10), Duration.ofHours(1));
        require(
                budgetThresholds.stream().allMatch(percent -> percent >= 1 && percent <= 1000),
                "budget-thresholds",
                "percentages of 1 to 1000",
                budgetThresholds);
    }

    private static void requireBetween(String key, Duration value, Duration min, Duration max) {
        require(value.compareTo(min) >= 0 && value.compareTo(max) <= 0, key, min + " to " + max, value);
    }

    private static void require(boolean allowed, String key, String range, Object value) {
        if (!allowed) {
            throw new IllegalArgumentException(
                    "molink.limits.%s must be %s, but it is %s".formatted(key, range, value));
        }
    }
}
