package dev.molink.controlplane.profit;

import java.math.BigDecimal;
import java.math.MathContext;

/** What an hour of a node costs, computing and waiting. */
public sealed interface NodeCost {

    /** Of an hour in which it computes. */
    BigDecimal busyPerHour();

    /** Of an hour in which it waits. */
    BigDecimal idlePerHour();

    /** Somebody else's machine. */
    record Rent(BigDecimal perHour) implements NodeCost {

        @Override
        public BigDecimal busyPerHour() {
            return perHour;
        }

        @Override
        public BigDecimal idlePerHour() {
            return perHour;
        }
    }

    /**
     * An own machine: its price spread evenly over the hours of its life, and the energy that it takes.
     *
     * @param busyWatts while it computes
     * @param pricePerKwh of energy
     */
    record Purchase(
            BigDecimal price, BigDecimal lifeHours, BigDecimal busyWatts, BigDecimal idleWatts, BigDecimal pricePerKwh)
            implements NodeCost {

        private static final BigDecimal WATTS = new BigDecimal(1000);

        @Override
        public BigDecimal busyPerHour() {
            return depreciation().add(energy(busyWatts));
        }

        @Override
        public BigDecimal idlePerHour() {
            return depreciation().add(energy(idleWatts));
        }

        /** To 34 digits; the only division on the way to a cost before the last one. */
        private BigDecimal depreciation() {
            return price.divide(lifeHours, MathContext.DECIMAL128);
        }

        private BigDecimal energy(BigDecimal watts) {
            return watts.multiply(pricePerKwh).divide(WATTS);
        }
    }
}
