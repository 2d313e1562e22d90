package dev.molink.bench.links;

import dev.molink.bench.engine.Spread;
import dev.molink.bench.fleet.FleetRun;
import dev.molink.bench.fleet.RequestTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the clients of a run saw, in milliseconds.
 *
 * @param ttft from a request's arrival to its first token
 * @param tpot of each request with at least two tokens, from its first to its last, per token behind the first
 * @param itl every gap between two tokens of a request
 * @param latency from a request's arrival to its last token
 */
public record Latencies(List<Double> ttft, List<Double> tpot, List<Double> itl, List<Double> latency) {

    private static final double NANOS_PER_MILLI = 1e6;

    public Latencies {
        ttft = List.copyOf(ttft);
        tpot = List.copyOf(tpot);
        itl = List.copyOf(itl);
        latency = List.copyOf(latency);
    }

    public static Latencies of(FleetRun run) {
        List<RequestTiming> answered = run.requests().stream()
                .filter(request -> !request.tokenNanos().isEmpty())
                .toList();
        List<Double> gaps = new ArrayList<>();
        answered.forEach(request -> gaps.addAll(gaps(request)));
        return new Latencies(
                answered.stream().map(Latencies::ttft).toList(),
                answered.stream()
                        .filter(request -> request.tokenNanos().size() > 1)
                        .map(Latencies::tpot)
                        .toList(),
                gaps,
                answered.stream().map(Latencies::latency).toList());
    }

    static double ttft(RequestTiming request) {
        return (request.tokenNanos().getFirst() - request.arrival().nanos()) / NANOS_PER_MILLI;
    }

    /** 0 for an answer of one token. */
    static double tpot(RequestTiming request) {
        List<Long> tokens = request.tokenNanos();
        return (tokens.getLast() - tokens.getFirst()) / NANOS_PER_MILLI / Math.max(1, tokens.size() - 1);
    }

    private static double latency(RequestTiming request) {
        return (request.tokenNanos().getLast() - request.arrival().nanos()) / NANOS_PER_MILLI;
    }

    private static List<Double> gaps(RequestTiming request) {
        List<Long> tokens = request.tokenNanos();
        return IntStream.range(1, tokens.size())
                .mapToObj(i -> (tokens.get(i) - tokens.get(i - 1)) / NANOS_PER_MILLI)
                .toList();
    }

    /** Mean and percentiles of each. */
    public record Spreads(Spread ttft, Spread tpot, Spread itl, Spread latency) {}

    public Spreads spreads() {
        return new Spreads(Spread.of(ttft), Spread.of(tpot), Spread.of(itl), Spread.of(latency));
    }
}
