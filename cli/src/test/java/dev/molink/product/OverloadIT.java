package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Far more requests at once than a pipeline has room for. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OverloadIT {

    /** Eight KV blocks of the bundled model's four layers at each of two stages, keys and values in f32. */
    private static final String ROOM = Integer.toString(8 * 2 * 4 * 16 * 4 * 32 * 4);

    private static final int REQUESTS = Boolean.getBoolean("molink.test.full") ? 500 : 100;

    /** With 64 choices, requests come for more sequences than may even wait. */
    @ParameterizedTest
    @CsvSource({"1, 24, false", "64, 2, true"})
    void refusesWhatHasNoRoomAndFinishesTheRest(int choices, int tokens, boolean tooMany) throws Exception {
        try (RunningDemo demo = RunningDemo.start("--kv-memory", ROOM, "--kv-dtype", "f32", "--max-model-len", "128");
                HttpClient http = HttpClient.newHttpClient()) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                answers.add(http.sendAsync(request(demo, i, choices, tokens), BodyHandlers.ofString()));
            }

            int finished = 0;
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                finished += finished(answer.get(4, TimeUnit.MINUTES), choices * tokens) ? 1 : 0;
            }

            assertThat(finished).as("of %d requests", REQUESTS).isBetween(1, tooMany ? REQUESTS - 1 : REQUESTS);
            Eventually.within("KV blocks are free again", () -> demo.kvBlocksUsed() == 0);
            assertThat(demo.usage().stream()
                            .filter(record -> record.get("generatedTokens").asInt() == choices * tokens))
                    .hasSize(finished);
            CounterComparison.assertStagesAgreeWithBooks(demo, 2);
        }
    }

    /** Whether it was served; what was not must be the one refusal that is allowed. */
    private static boolean finished(HttpResponse<String> answer, int tokens) {
        JsonNode body = JsonMapper.shared().readTree(answer.body());
        if (answer.statusCode() == 200) {
            assertThat(body.at("/usage/completion_tokens").asInt()).isEqualTo(tokens);
            return true;
        }
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(body.at("/error/code").asString()).isEqualTo("server_is_overloaded");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        return false;
    }

    private static HttpRequest request(RunningDemo demo, int number, int choices, int tokens) {
        String body = """
                {"model": "molink-demo", "prompt": "Story number %d. Once upon a time", "n": %d, "max_tokens": %d,
                 "ignore_eos": true}""".formatted(number, choices, tokens);
        return HttpRequest.newBuilder(URI.create(demo.url("/v1/completions")))
                .timeout(Duration.ofMinutes(4))
                .header("Authorization", "Bearer " + demo.key())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }
}
