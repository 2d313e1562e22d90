package dev.molink.product;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Streams of random length that several clients ask a gateway for at once, which may die meanwhile; some clients leave, the
 * first two of them surely before the end.
 */
final class GatewayLoad {

    private static final int REQUESTS = 10;
    private static final int CLIENTS = 5;
    private static final int SURELY_LEFT = 2;
    private static final int LONG = 300;

    private final Random random;

    /** How often each status was answered since the last {@link #on}. */
    private final Map<Integer, Integer> statuses = new ConcurrentSkipListMap<>();

    /** Ids that clients were told, ever. */
    private final Set<String> told = new ConcurrentSkipListSet<>();

    GatewayLoad(Random random) {
        this.random = random;
    }

    Set<String> told() {
        return told;
    }

    Map<Integer, Integer> statuses() {
        return statuses;
    }

    /** Returns when each request has its answer or its gateway is dead. */
    void on(GatewayProcess gateway) throws Exception {
        statuses.clear();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> asked = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                boolean surelyLeft = i < SURELY_LEFT;
                Map<String, Object> request = request(surelyLeft ? LONG : 1 + random.nextInt(40));
                boolean leaves = surelyLeft || random.nextInt(3) == 0;
                asked.add(clients.submit(() -> ask(gateway, request, leaves)));
            }
            for (Future<?> each : asked) {
                each.get(1, TimeUnit.MINUTES);
            }
        }
    }

    /** One request, so that the gateway knows whoever asks. */
    void one(GatewayProcess gateway) {
        ask(gateway, request(4), false);
    }

    private Map<String, Object> request(int tokens) {
        return Map.of(
                "model",
                "molink-demo",
                "prompt",
                "%d %s".formatted(random.nextInt(), "and then ".repeat(random.nextInt(40))),
                "max_tokens",
                tokens,
                "n",
                1 + random.nextInt(2),
                "ignore_eos",
                true,
                "stream",
                true);
    }

    /** An answer may end anywhere, since the gateway may die anywhere; what counts is told by the books. */
    private void ask(GatewayProcess gateway, Map<String, Object> request, boolean leaves) {
        try {
            HttpResponse<InputStream> answer = gateway.http()
                    .sendAsync(gateway.completion(request), BodyHandlers.ofInputStream())
                    .get(50, TimeUnit.SECONDS);
            statuses.merge(answer.statusCode(), 1, Integer::sum);
            if (answer.statusCode() == 200) {
                told.add(answer.headers().firstValue("x-request-id").orElseThrow());
            }
            try (InputStream body = answer.body()) {
                if (leaves) {
                    body.readNBytes(300);
                } else {
                    body.readAllBytes();
                }
            }
        } catch (IOException | ExecutionException died) {
            statuses.merge(0, 1, Integer::sum);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException hangs) {
            throw new AssertionError("a request got no answer and no end", hangs);
        }
    }
}
