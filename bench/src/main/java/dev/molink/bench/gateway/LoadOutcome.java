package dev.molink.bench.gateway;

import java.time.Duration;
import java.util.Arrays;

/**
 * What clients saw of the gateway. The head takes no time, so a request's whole latency is what the gateway adds, with the
 * network of this machine and the client itself.
 *
 * @param cpuMicros processor time of the gateway's process per request, user and system: it depends less on who else uses the
 *     machine than all else here
 * @param p50Millis of the latency of requests; so the others
 */
public record LoadOutcome(
        int clients,
        int requests,
        double requestsPerSecond,
        double cpuMicros,
        double p50Millis,
        double p99Millis,
        double maxMillis) {

    static LoadOutcome of(int clients, double seconds, Duration processor, long[] latencyNanos) {
        long[] sorted = latencyNanos.clone();
        Arrays.sort(sorted);
        return new LoadOutcome(
                clients,
                sorted.length,
                sorted.length / seconds,
                processor.toNanos() / 1e3 / Math.max(1, sorted.length),
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
