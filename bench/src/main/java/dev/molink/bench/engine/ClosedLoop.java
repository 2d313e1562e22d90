package dev.molink.bench.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** So many clients at once, each asking again as soon as it has its answer. */
public final class ClosedLoop {

    /** Asks request number {@code number} and waits for its end. */
    @FunctionalInterface
    public interface Client {
        CompletionTiming complete(int number) throws Exception;
    }

    /**
     * What came of it.
     *
     * @param tokensPerSecond generated ids of all clients together
     * @param timeToFirstToken seconds
     * @param timePerToken seconds
     */
    public record Outcome(
            int clients, int requests, double tokensPerSecond, Spread timeToFirstToken, Spread timePerToken) {}

    private final Client client;

    public ClosedLoop(Client client) {
        this.client = client;
    }

    /** Runs {@code requests} requests from {@code clients} clients; a failed one fails the run. */
    public Outcome run(int clients, int requests) throws InterruptedException, ExecutionException {
        AtomicInteger next = new AtomicInteger();
        List<CompletionTiming> timings = new ArrayList<>();
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<CompletionTiming>>> parts = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                parts.add(threads.submit(() -> askInTurn(next, requests)));
            }
            for (Future<List<CompletionTiming>> part : parts) {
                timings.addAll(part.get());
            }
        }
        return outcome(clients, timings, (System.nanoTime() - start) / 1e9);
    }

    private List<CompletionTiming> askInTurn(AtomicInteger next, int requests) throws Exception {
        List<CompletionTiming> timings = new ArrayList<>();
        for (int number = next.getAndIncrement(); number < requests; number = next.getAndIncrement()) {
            timings.add(client.complete(number));
        }
        return timings;
    }

    private static Outcome outcome(int clients, List<CompletionTiming> timings, double seconds) {
        int tokens =
                timings.stream().mapToInt(CompletionTiming::completionTokens).sum();
        return new Outcome(
                clients,
                timings.size(),
                tokens / seconds,
                Spread.of(
                        timings.stream().map(CompletionTiming::timeToFirstToken).toList()),
                Spread.of(timings.stream().map(CompletionTiming::timePerToken).toList()));
    }
}
