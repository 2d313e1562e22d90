package dev.molink.bench.gateway;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** So many clients on connections that are kept, each asking again as soon as it has its answer. */
public final class GatewayLoad {

    private static final int HTTP_OK = 200;
    private static final Duration POLL = Duration.ofMillis(50);

    private final int port;
    private final String key;
    private final String model;
    private final Supplier<Duration> gatewayTime;

    /** @param gatewayTime processor time that the gateway's process has used so far */
    public GatewayLoad(int port, String key, String model, Supplier<Duration> gatewayTime) {
        this.gatewayTime = gatewayTime;
        this.port = port;
        this.key = key;
        this.model = model;
    }

    /** Waits until the gateway sends requests to the head: it forms a pipeline first and loads the model's text. */
    public void awaitAnswer(InstantHead head, Duration patience) throws IOException, InterruptedException {
        byte[] request = chat(1);
        long deadline = System.nanoTime() + patience.toNanos();
        KeptConnection.Answer answer = tryOnce(request);
        while (answer.status() != HTTP_OK) {
            if (!head.refusal().isEmpty()) {
                throw new IOException("the gateway refused the head: " + head.refusal());
            }
            if (System.nanoTime() > deadline) {
                requireOk(answer);
            }
            Thread.sleep(POLL);
            answer = tryOnce(request);
        }
    }

    /** Status 0 while nothing listens. */
    private KeptConnection.Answer tryOnce(byte[] request) throws IOException {
        try (KeptConnection connection = new KeptConnection(port)) {
            return connection.ask(request, (_, _, _) -> {});
        } catch (ConnectException notYet) {
            return new KeptConnection.Answer(0, "", true, "nothing listens on port %d".formatted(port));
        }
    }

    private byte[] chat(int tokens) {
        return KeptConnection.post("/v1/chat/completions", key, """
                {"model":"%s","messages":[{"role":"user","content":"Tell me about the sea."}],"max_tokens":%d}""".formatted(model, tokens));
    }

    /** Runs {@code requests} chat completions of {@code tokens} tokens; one that is not answered with 200 fails the run. */
    public LoadOutcome run(int clients, int requests, int tokens) throws InterruptedException, ExecutionException {
        byte[] request = chat(tokens);
        AtomicInteger next = new AtomicInteger();
        long[] latencies = new long[requests];
        Duration busyBefore = gatewayTime.get();
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("client-", 0).factory())) {
            List<Future<?>> parts = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                parts.add(threads.submit(() -> {
                    askInTurn(request, next, latencies);
                    return null;
                }));
            }
            for (Future<?> part : parts) {
                part.get();
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return LoadOutcome.of(clients, seconds, gatewayTime.get().minus(busyBefore), latencies);
    }

    private void askInTurn(byte[] request, AtomicInteger next, long[] latencies) throws IOException {
        int number = next.getAndIncrement();
        while (number < latencies.length) {
            try (KeptConnection connection = new KeptConnection(port)) {
                boolean open = true;
                while (open && number < latencies.length) {
                    long start = System.nanoTime();
                    KeptConnection.Answer answer = connection.ask(request, (_, _, _) -> {});
                    latencies[number] = System.nanoTime() - start;
                    requireOk(answer);
                    open = !answer.closes();
                    number = next.getAndIncrement();
                }
            }
        }
    }

    /** Runs {@code streams} streamed completions at once against a paced head, and compares times token by token. */
    public TokenOutcome stream(InstantHead head, int streams, int tokens)
            throws InterruptedException, ExecutionException {
        byte[] request = KeptConnection.post("/v1/completions", key, """
                {"model":"%s","prompt":"The sea","max_tokens":%d,"stream":true}""".formatted(model, tokens));
        List<Stream> read = new ArrayList<>();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("client-", 0).factory())) {
            List<Future<Stream>> parts = new ArrayList<>();
            for (int stream = 0; stream < streams; stream++) {
                parts.add(threads.submit(() -> streamOne(request, head, tokens)));
            }
            for (Future<Stream> part : parts) {
                read.add(part.get());
            }
        }
        long[] added = read.stream()
                .flatMapToLong(stream -> Arrays.stream(stream.addedNanos()))
                .sorted()
                .toArray();
        return new TokenOutcome(
                streams,
                added.length,
                LoadOutcome.rank(added, 0.5),
                LoadOutcome.rank(added, 0.99),
                LoadOutcome.rank(added, 1),
                read.stream().mapToInt(Stream::joined).sum());
    }

    @SuppressWarnings("ArrayRecordComponent") // made for one reader
    private record Stream(long[] addedNanos, int joined) {}

    private Stream streamOne(byte[] request, InstantHead head, int tokens) throws IOException {
        List<Long> arrivals = new ArrayList<>();
        KeptConnection.Answer answer;
        try (KeptConnection connection = new KeptConnection(port)) {
            answer = connection.ask(request, (bytes, from, length) -> {
                if (length > 6 && bytes[from + 6] == '{') {
                    arrivals.add(System.nanoTime());
                }
            });
        }
        requireOk(answer);
        long[] sent = head.takeSentNanos(answer.requestId());
        if (sent == null || arrivals.size() != tokens) {
            return new Stream(new long[0], tokens);
        }
        long[] added = new long[tokens];
        for (int token = 0; token < tokens; token++) {
            added[token] = arrivals.get(token) - sent[token];
        }
        return new Stream(added, 0);
    }

    private static void requireOk(KeptConnection.Answer answer) throws IOException {
        if (answer.status() != HTTP_OK) {
            throw new IOException("the gateway answered %d: %s".formatted(answer.status(), answer.body()));
        }
    }
}
