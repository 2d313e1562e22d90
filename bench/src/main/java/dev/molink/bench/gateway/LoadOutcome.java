package dev.molink.bench.gateway;

import java.util.Arrays;

/**
 * What clients saw of the gateway. The head takes no time, so a request's whole latency is what the gateway adds, with the
 * network of this machine and the client itself.
 *
 * @param p50Millis of the latency of requests; so the others
 */
public record LoadOutcome(
        int clients,
        int requests,
        double requestsPerSecond,
        double p50Millis,
        double p99Millis,
        double maxMillis) {

    static LoadOutcome of(int clients, double seconds, long[] latencyNanos) {
        long[] sorted = latencyNanos.clone();
        Arrays.sort(sorted);
        return new LoadOutcome(
                clients,
                sorted.length,
                sorted.length / seconds,
                rank(sorted, 0.5),
                rank(sorted, 0.99),
                rank(sorted, 1));
    }

    static double rank(long[] sorted, double share) {
        return sorted.length == 0
                ? 0
                : sorted[Math.clamp((int) Math.ceil(share * sorted.length) - 1, 0, sorted.length - 1)] / 1e6;
    }
}
