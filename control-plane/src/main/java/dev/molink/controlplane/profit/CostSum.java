package dev.molink.controlplane.profit;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** A sum of costs in one currency, exact until it is asked for. Owned by one thread. */
final class CostSum {

    static final int DECIMALS = 18;

    private static final BigDecimal NANOS_PER_HOUR = new BigDecimal(3_600_000_000_000L);
    private static final BigDecimal BYTES_PER_GIGABYTE = new BigDecimal(1_000_000_000L);

    /** Nanoseconds × price per hour: an hour's nanoseconds divide no decimal evenly, so that is left for the end. */
    private BigDecimal nanosTimesRate = BigDecimal.ZERO;

    private BigDecimal network = BigDecimal.ZERO;

    void addTime(long nanos, BigDecimal perHour) {
        nanosTimesRate = nanosTimesRate.add(perHour.multiply(BigDecimal.valueOf(nanos)));
    }

    void addBytes(long bytes, BigDecimal perGigabyte) {
        network = network.add(perGigabyte.multiply(BigDecimal.valueOf(bytes)).divide(BYTES_PER_GIGABYTE));
    }

    void add(CostSum other) {
        nanosTimesRate = nanosTimesRate.add(other.nanosTimesRate);
        network = network.add(other.network);
    }

    /** Rounded half-even to 18 decimals, once. */
    BigDecimal amount() {
        return network.multiply(NANOS_PER_HOUR)
                .add(nanosTimesRate)
                .divide(NANOS_PER_HOUR, DECIMALS, RoundingMode.HALF_EVEN);
    }
}
