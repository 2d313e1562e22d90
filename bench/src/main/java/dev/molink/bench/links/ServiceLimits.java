package dev.molink.bench.links;

import dev.molink.bench.fleet.FleetRun;
import dev.molink.bench.fleet.RequestTiming;

/**
 * What a request's client puts up with.
 *
 * @param ttftMillis to the first token
 * @param tpotMillis per token behind it
 * @param share of requests, 0 … 1, that must keep both
 */
public record ServiceLimits(double ttftMillis, double tpotMillis, double share) {

    public static final ServiceLimits DEFAULT = new ServiceLimits(5000, 250, 0.9);

    public ServiceLimits {
        if (!(ttftMillis > 0 && tpotMillis > 0 && share > 0 && share <= 1)) {
            throw new IllegalArgumentException("limits of %s ms, %s ms and a share of %s can never be kept"
                    .formatted(ttftMillis, tpotMillis, share));
        }
    }

    /** Share of a run's requests that kept both; one without all of its tokens did not. */
    public double keptBy(FleetRun run) {
        long kept = run.requests().stream().filter(this::keeps).count();
        return (double) kept / run.requests().size();
    }

    public boolean areKeptBy(FleetRun run) {
        return keptBy(run) >= share;
    }

    private boolean keeps(RequestTiming request) {
        return request.tokenNanos().size() == request.arrival().generatedTokens()
                && Latencies.ttft(request) <= ttftMillis
                && Latencies.tpot(request) <= tpotMillis;
    }
}
