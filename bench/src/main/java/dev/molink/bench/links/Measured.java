package dev.molink.bench.links;

import dev.molink.bench.fleet.FleetRun;
import dev.molink.bench.links.LinksReport.Result;
import java.util.Optional;

/**
 * One contestant's run.
 *
 * @param goodput empty where it was not looked for
 */
public record Measured(Contestant contestant, FleetRun run, Optional<Goodput.Found> goodput, Prices prices) {

    private static final double NANOS_PER_SECOND = 1e9;

    public Latencies latencies() {
        return Latencies.of(run);
    }

    double throughput() {
        long tokens = run.requests().stream()
                .mapToLong(request -> request.tokenNanos().size())
                .sum();
        return tokens * NANOS_PER_SECOND / run.durationNanos();
    }

    Result result() {
        Latencies.Spreads spreads = latencies().spreads();
        FleetRun paid = goodput.map(Goodput.Found::run).orElse(run);
        return new Result(
                contestant.setting().policy().toString(),
                contestant.setting().codec().toString(),
                contestant.setting().batching().toString(),
                contestant.baseline().toString(),
                spreads.ttft(),
                spreads.tpot(),
                spreads.itl(),
                spreads.latency(),
                throughput(),
                goodput.map(Goodput.Found::requestsPerSecond).orElse(null),
                run.linkBusyShare().stream()
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(0),
                prices.margin(paid, contestant.setting().stages()));
    }
}
