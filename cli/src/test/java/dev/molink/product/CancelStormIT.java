package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that leave at any moment. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CancelStormIT {

    private static final int REQUESTS = Boolean.getBoolean("molink.test.full") ? 200 : 40;
    private static final int AT_ONCE = 20;

    @Test
    void leavesNothingBehind() throws Exception {
        long seed = Long.getLong("molink.test.seed", System.nanoTime());
        System.out.printf("CancelStormIT: seed %d (-Dmolink.test.seed)%n", seed);
        Random random = new Random(seed);
        try (RunningDemo demo = RunningDemo.start();
                ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Boolean>> left = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                int number = i;
                int prompt = 1 + random.nextInt(300);
                int chunks = random.nextInt(40);
                left.add(clients.submit(() -> askAndLeave(demo, number, prompt, chunks)));
            }
            int answered = 0;
            for (Future<Boolean> each : left) {
                answered += each.get(4, TimeUnit.MINUTES) ? 1 : 0;
            }

            // Those that left at once may have gone before the gateway knew of them.
            int least = answered;
            Eventually.within("KV blocks are free again", () -> demo.kvBlocksUsed() == 0);
            Eventually.within(
                    "every answer has its usage record", () -> demo.usage().size() >= least);
            CounterComparison.assertStagesAgreeWithBooks(demo, 2);
            assertThat(demo.usage()).hasSizeBetween(least, REQUESTS);
            assertThat(demo.post("/v1/chat/completions", Golden.request("What is MoLink?"))
                            .body())
                    .contains(Golden.answer("What is MoLink?"));
        }
    }

    /**
     * Reads {@code chunks} chunks of the stream, or leaves before the first byte when that is 0.
     *
     * @return whether an answer had begun
     */
    private static boolean askAndLeave(RunningDemo demo, int number, int promptWords, int chunks) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            Future<HttpResponse<InputStream>> answer =
                    http.sendAsync(request(demo, number, promptWords), BodyHandlers.ofInputStream());
            if (chunks == 0) {
                leaveSoon(answer);
            } else {
                read(answer.get(1, TimeUnit.MINUTES), chunks);
            }
            http.shutdownNow();
        }
        return chunks > 0;
    }

    private static void leaveSoon(Future<HttpResponse<InputStream>> answer) throws Exception {
        try {
            answer.get(30, TimeUnit.MILLISECONDS).body().close();
        } catch (TimeoutException leaving) {
            answer.cancel(true);
        }
    }

    private static void read(HttpResponse<InputStream> answer, int chunks) throws IOException {
        assertThat(answer.statusCode()).isEqualTo(200);
        try (InputStream body = answer.body()) {
            int seen = 0;
            for (int next = body.read(); next >= 0 && seen < 2 * chunks; next = body.read()) {
                seen += next == '\n' ? 1 : 0;
            }
        }
    }

    private static HttpRequest request(RunningDemo demo, int number, int promptWords) {
        String body = """
                {"model": "molink-demo", "prompt": "%d. %s", "max_tokens": 1000, "ignore_eos": true, "stream": true,
                 "n": %d}""".formatted(number, "and then ".repeat(promptWords), 1 + number % 3);
        return HttpRequest.newBuilder(URI.create(demo.url("/v1/completions")))
                .header("Authorization", "Bearer " + demo.key())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }
}
