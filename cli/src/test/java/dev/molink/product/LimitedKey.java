package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An API key of the demo's project, with limits of its own, whose requests come to several gateways. */
final class LimitedKey {

    private static final int ATTEMPTS = 4;
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final List<GatewayProcess> gateways;
    private final AdminClient admin;
    private final String keyId;
    private final String key;

    LimitedKey(List<GatewayProcess> gateways, String adminKey, String name) throws Exception {
        this.gateways = gateways;
        String newKey = """
                {"name": "%s", "organization": "demo", "project": "demo"}""".formatted(name);
        JsonNode made = JsonMapper.shared()
                .readTree(gateways.getFirst()
                        .management()
                        .send("POST", "/actuator/keys", newKey)
                        .body());
        this.key = made.get("text").asString();
        this.keyId = made.at("/key/keyId").asString();
        this.admin = new AdminClient(
                gateways.getFirst().port(),
                adminKey,
                made.at("/key/organizationId").asString());
    }

    String keyId() {
        return keyId;
    }

    /** Sets a limit that every gateway knows of within a second; money is in US dollars. */
    LimitedKey limit(String metric, String amount) throws Exception {
        admin.post(
                "/admin/v1/limits",
                Map.of("owner", "key", "owner_id", keyId, "metric", metric, "amount", amount, "mode", "hard"));
        return this;
    }

    LimitedKey limit(String metric, long amount) throws Exception {
        return limit(metric, Long.toString(amount));
    }

    /** Waits until every gateway tells this limit; one that was set before is known then as well. */
    LimitedKey known(String requestsOrTokens, long amount) {
        for (GatewayProcess gateway : gateways) {
            Eventually.within(
                    "gateway %d knows the limit".formatted(gateway.port()),
                    () -> gateway.http()
                                    .send(gateway.request("/v1/models", key).build(), BodyHandlers.discarding())
                                    .headers()
                                    .firstValueAsLong("x-ratelimit-limit-" + requestsOrTokens)
                                    .orElse(-1)
                            == amount);
        }
        return this;
    }

    /** Asks one gateway for a whole answer. */
    CompletableFuture<HttpResponse<String>> ask(int gateway, int tokens) {
        GatewayProcess asked = gateways.get(gateway);
        return asked.http().sendAsync(completion(asked, tokens, false), BodyHandlers.ofString());
    }

    /** Asks for {@code count} answers at once, of one gateway after the other, and waits for them. */
    List<HttpResponse<String>> askAll(int count, int tokens) {
        return answers(IntStream.range(0, count)
                .mapToObj(number -> askUntilTold(number % gateways.size(), tokens, ATTEMPTS))
                .toList());
    }

    /** The same of one gateway alone. */
    List<HttpResponse<String>> askOne(int gateway, int count, int tokens) {
        return answers(IntStream.range(0, count)
                .mapToObj(_ -> askUntilTold(gateway, tokens, ATTEMPTS))
                .toList());
    }

    /** Where a busy machine's database does not tell in time whether the limit is reached, once more, as a client does. */
    private CompletableFuture<HttpResponse<String>> askUntilTold(int gateway, int tokens, int attempts) {
        return ask(gateway, tokens)
                .thenCompose(answer -> answer.statusCode() == 503 && attempts > 1
                        ? CompletableFuture.runAsync(() -> {}, LATER)
                                .thenCompose(_ -> askUntilTold(gateway, tokens, attempts - 1))
                        : CompletableFuture.completedFuture(answer));
    }

    private static List<HttpResponse<String>> answers(List<CompletableFuture<HttpResponse<String>>> asked) {
        return asked.stream().map(CompletableFuture::join).toList();
    }

    /** Asks one gateway for a stream; answers with the headers. */
    HttpResponse<InputStream> stream(int gateway, int tokens) throws Exception {
        GatewayProcess asked = gateways.get(gateway);
        return asked.http().send(completion(asked, tokens, true), BodyHandlers.ofInputStream());
    }

    private HttpRequest completion(GatewayProcess gateway, int tokens, boolean stream) {
        Map<String, Object> body = new HashMap<>(
                Map.of("model", "molink-demo", "prompt", "Hello", "max_tokens", tokens, "ignore_eos", true));
        if (stream) {
            body.put("stream", true);
            body.put("stream_options", Map.of("include_usage", true));
        }
        return gateway.request("/v1/completions", key)
                .POST(BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(body)))
                .build();
    }

    /** How many of them were admitted; all others were refused by the limit. */
    static long admitted(List<HttpResponse<String>> answers) {
        answers.stream()
                .filter(answer -> answer.statusCode() != 200)
                .forEach(refused ->
                        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429));
        return answers.stream().filter(answer -> answer.statusCode() == 200).count();
    }
}
