package dev.molink.controlplane.admission;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * How much of what is left a gateway gets: what its waiting requests need, and on top what it will need soon, but of that at
 * most a quarter of an equal part of the rest. So shares are large while there is plenty and shrink to single requests at the
 * end, where an unused part in one place would be missed in another.
 */
final class Grant {

    private static final int MONEY_SCALE = 18;
    private static final int PARTS = 4;

    private Grant() {}

    /** @param available what nobody holds, this gateway's returned part included */
    static BigDecimal of(BigDecimal available, Asked asked, int gateways) {
        if (available.signum() <= 0 || available.compareTo(asked.least()) < 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal needed = asked.lacked().min(available).max(asked.least());
        BigDecimal rest = available.subtract(needed);
        BigDecimal part =
                rest.divide(BigDecimal.valueOf((long) PARTS * Math.max(1, gateways)), MONEY_SCALE, RoundingMode.DOWN);
        return needed.add(scaled(asked.bound().metric(), asked.comfortable().min(part), false));
    }

    /** In the metric's unit: only money is divided below one. */
    static BigDecimal scaled(LimitMetric metric, BigDecimal amount, boolean up) {
        return amount.setScale(metric.money() ? MONEY_SCALE : 0, up ? RoundingMode.UP : RoundingMode.DOWN);
    }
}
