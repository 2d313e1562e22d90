package dev.molink.bench.engine;

import java.util.Arrays;
import java.util.Collection;

/** Mean and percentiles (nearest rank) of some measurements, in the unit of these; all 0 when there are none. */
public record Spread(double mean, double p50, double p90, double p99) {

    private static final Spread NOTHING = new Spread(0, 0, 0, 0);

    public static Spread of(Collection<Double> values) {
        if (values.isEmpty()) {
            return NOTHING;
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Spread(
                Arrays.stream(sorted).average().orElseThrow(),
                rank(sorted, 0.5),
                rank(sorted, 0.9),
                rank(sorted, 0.99));
    }

    private static double rank(double[] sorted, double share) {
        return sorted[Math.clamp((int) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)];
    }
}
