package dev.molink.bench.links;

import dev.molink.bench.fleet.FleetRun;
import dev.molink.bench.links.LinksReport.Result;
import dev.molink.stagenode.batching.BatchingOption;
import java.util.Optional;

/**
 * One contestant's run.
 *
 * @param goodput empty where it was not looked for
 */
public record Measured(Contestant contestant, FleetRun run, Optional<Goodput.Found> goodput, Prices prices) {

    private static final double NANOS_PER_SECOND = 1e9;

    /** Name of a line in a chart: with the prefill piece where that was chosen by a sweep. */
    String label() {
        String batching = contestant.setting().batching().toString();
        int piece = batching.indexOf(BatchingOption.PIECE_MARK);
        boolean swept = contestant.baseline() == Contestant.Baseline.OURS && piece >= 0;
        return swept ? contestant.name() + batching.substring(piece) : contestant.name();
    }

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
