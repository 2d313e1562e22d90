package dev.molink.bench.links;

import dev.molink.bench.engine.Spread;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bench links} found out, as it is written in JSON. Times are milliseconds.
 *
 * @param setting what all results have in common, by name
 */
public record LinksReport(Map<String, Object> setting, List<Result> results) {

    public LinksReport {
        results = List.copyOf(results);
    }

    /**
     * One contestant.
     *
     * @param batching rule for decode groups and pieces
     * @param baseline {@code published} or {@code ours}
     * @param throughput generated tokens per second
     * @param goodput requests per second; null where it was not looked for
     * @param linkBusy share of time in which the busiest link sends
     * @param margin (revenue − cost) ÷ cost at the goodput; at the run's own rate where that was not looked for
     */
    public record Result(
            String policy,
            String codec,
            String batching,
            String baseline,
            Spread ttft,
            Spread tpot,
            Spread itl,
            Spread latency,
            double throughput,
            @Nullable Double goodput,
            double linkBusy,
            BigDecimal margin) {

        /** Such as {@code molink (published)} or {@code fair int8}. */
        public String name() {
            return baseline.equals("published") ? policy + " (published)" : policy + " " + codec;
        }
    }
}
