package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A long stream of a key with a budget of which most is left. What a gateway may use of so small a budget while the database
 * is away is a few tokens, so the stream ends.
 */
final class OutageStream {

    private static final int TOKENS = 1500;
    /** By the price of {@link MoneyBooks} several leases of 256 tokens, and not the whole stream. */
    private static final String BUDGET = "0.005";

    private static final String EVENT = "data: ";

    private final LimitedKey key;
    private String requestId = "";
    private CompletableFuture<List<String>> lines = new CompletableFuture<>();
    private boolean endedInTime;
    private long completionTokens;

    /** There is a price, and the demo's project is billed. */
    OutageStream(List<GatewayProcess> gateways, String adminKey) throws Exception {
        key = new LimitedKey(gateways, adminKey, "outage")
                .limit("budget_per_month", BUDGET)
                .limit("requests_per_day", 1000)
                .known("requests", 1000);
    }

    /** Returns when the first token is there; the database may go then. */
    void begin() throws Exception {
        HttpResponse<InputStream> answer = key.stream(0, TOKENS);
        assertThat(answer.statusCode()).isEqualTo(200);
        requestId = answer.headers().firstValue("x-request-id").orElseThrow();
        BufferedReader reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        assertThat(reader.readLine()).startsWith(EVENT);
        lines = CompletableFuture.supplyAsync(() -> rest(reader));
    }

    private static List<String> rest(BufferedReader reader) {
        try (reader) {
            return reader.lines().toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** The database has been away for a while; asks whether the stream is over, and leaves the verdict for later. */
    void look() {
        endedInTime = lines.isDone();
    }

    /** Cleanly, with a reason and a count, while the database was away. */
    void assertEndedByTheOutage() throws Exception {
        assertThat(endedInTime).as("ended while the database was away").isTrue();
        List<String> events = lines.get(1, TimeUnit.SECONDS).stream()
                .filter(line -> line.startsWith(EVENT))
                .map(line -> line.substring(EVENT.length()))
                .toList();
        assertThat(events.getLast()).isEqualTo("[DONE]");
        JsonNode usage = JsonMapper.shared().readTree(events.get(events.size() - 2));
        JsonNode last = JsonMapper.shared().readTree(events.get(events.size() - 3));

        assertThat(last.at("/choices/0/finish_reason").asString()).isEqualTo("length");
        assertThat(last.at("/molink/ended_by").asString()).as(last.toString()).isEqualTo("database_unavailable");
        assertThat(last.at("/molink/message").asString()).contains("the database does not answer");
        completionTokens = usage.at("/usage/completion_tokens").asLong();
        assertThat(completionTokens).isBetween(1L, TOKENS - 1L);
    }

    String requestId() {
        return requestId;
    }

    /** Of all usage records, one is its own: what the client was told is what is settled and paid for. */
    void assertSettled(List<JsonNode> records) {
        List<JsonNode> own = records.stream()
                .filter(record -> record.get("requestId").asString().equals(requestId))
                .toList();
        assertThat(own).hasSize(1);
        JsonNode record = own.getFirst();
        System.out.printf("OutageStream: %d of %d tokens, record %s%n", completionTokens, TOKENS, record);
        assertThat(record.get("deliveredTokens").asLong()).isEqualTo(completionTokens);
        assertThat(record.get("coveredTokens").asLong()).isEqualTo(completionTokens);
        assertThat(record.at("/charged/generatedTokens").asLong()).isEqualTo(completionTokens);
        assertThat(record.get("generatedTokens").asLong()).isGreaterThanOrEqualTo(completionTokens);
    }
}
