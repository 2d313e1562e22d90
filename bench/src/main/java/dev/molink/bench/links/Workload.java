package dev.molink.bench.links;

import dev.molink.bench.fleet.Arrival;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Requests that can be thinned to any rate. Each request of the source is kept with one probability and keeps its place in
 * time, so that bursts stay bursts; a source that is slower than the rate is played faster instead. The draw of a request
 * is the same for every rate: what is kept at a low rate is kept at each higher one. A source that is too short begins
 * anew, with other draws.
 */
public final class Workload {

    private static final double NANOS_PER_SECOND = 1e9;

    private final String name;
    private final List<Arrival> source;
    private final long seed;

    /** @param source in order of time, the first at 0, at least two of them */
    public Workload(String name, List<Arrival> source, long seed) {
        if (source.size() < 2 || source.getLast().nanos() == 0) {
            throw new IllegalArgumentException(
                    "a workload of %d requests at one moment has no rate".formatted(source.size()));
        }
        this.name = name;
        this.source = List.copyOf(source);
        this.seed = seed;
    }

    public String name() {
        return name;
    }

    /** Requests per second of the source. */
    public double rate() {
        return (source.size() - 1) * NANOS_PER_SECOND / source.getLast().nanos();
    }

    /**
     * The first {@code requests} requests at so many a second, the first at 0.
     *
     * @param maxTokens context of the model; a longer prompt is cut so that its answer still fits
     */
    public Sample thinned(double requestsPerSecond, int requests, int maxTokens) {
        double share = requestsPerSecond / rate();
        double pace = Math.max(1, share);
        SplittableRandom draws = new SplittableRandom(seed);
        List<Arrival> kept = new ArrayList<>(requests);
        int cut = 0;
        for (long round = 0; kept.size() < requests; round++) {
            for (int i = 0; i < source.size() && kept.size() < requests; i++) {
                if (draws.nextDouble() >= share) {
                    continue;
                }
                Arrival fitting = fitting(source.get(i), maxTokens);
                cut += fitting.promptTokens() < source.get(i).promptTokens() ? 1 : 0;
                kept.add(at(round * roundNanos() + source.get(i).nanos(), pace, fitting));
            }
        }
        return new Sample(fromZero(kept), cut);
    }

    /** @param cut prompts that were longer than the model's context */
    public record Sample(List<Arrival> arrivals, int cut) {

        public Sample {
            arrivals = List.copyOf(arrivals);
        }
    }

    /** The source's length, and one mean gap to its next beginning. */
    private long roundNanos() {
        return source.getLast().nanos() + Math.round(NANOS_PER_SECOND / rate());
    }

    private static Arrival at(long nanos, double pace, Arrival arrival) {
        return new Arrival(Math.round(nanos / pace), arrival.promptTokens(), arrival.generatedTokens());
    }

    private static Arrival fitting(Arrival arrival, int maxTokens) {
        int generated = Math.min(arrival.generatedTokens(), maxTokens - 1);
        int prompt = Math.min(arrival.promptTokens(), maxTokens - generated);
        return new Arrival(arrival.nanos(), prompt, generated);
    }

    private static List<Arrival> fromZero(List<Arrival> arrivals) {
        long first = arrivals.getFirst().nanos();
        return arrivals.stream()
                .map(each -> new Arrival(each.nanos() - first, each.promptTokens(), each.generatedTokens()))
                .toList();
    }
}
