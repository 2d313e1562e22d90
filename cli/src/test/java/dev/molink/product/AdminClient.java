package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The administration API of one gateway, asked by an administrator; an answer other than 2xx fails the test.
 *
 * @param organization the one that is meant, by id or name; null: the key's own, or all
 */
record AdminClient(int port, String key, @Nullable String organization) {

    private static final String RECONCILIATION = "/admin/v1/reconciliation";
    private static final Duration COMPARISON = Duration.ofMinutes(1);
    /** Amounts keep every digit. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    AdminClient in(String named) {
        return new AdminClient(port, key, named);
    }

    JsonNode get(String path) throws Exception {
        return send(path, request(path).GET());
    }

    JsonNode post(String path, Map<String, ?> body) throws Exception {
        return post(path, JsonMapper.shared().writeValueAsString(body));
    }

    JsonNode post(String path, String json) throws Exception {
        return send(
                path, request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    /** Has the books over what finished since then compared, which takes its time. Returns where the outcome will be. */
    String askForReconciliation(Instant since) throws Exception {
        JsonNode asked = post(
                RECONCILIATION,
                Map.of(
                        "start_time",
                        since.getEpochSecond(),
                        "end_time",
                        Instant.now().getEpochSecond() + 5));
        return RECONCILIATION + "/" + asked.get("id").asString();
    }

    /** The same, and waits for the outcome. */
    JsonNode reconcile(Instant since) throws Exception {
        String path = askForReconciliation(since);
        Eventually.within(
                COMPARISON,
                "the books are compared",
                () -> get(path).get("status").asString().equals("finished"));
        return get(path);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + key);
        return organization == null ? request : request.header("OpenAI-Organization", organization);
    }

    private static JsonNode send(String path, HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isBetween(200, 299);
        return JSON.readTree(answer.body());
    }
}
