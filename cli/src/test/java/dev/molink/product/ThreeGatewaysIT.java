package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Several gateways on one database. One group for all tests, since it takes its time to start. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ThreeGatewaysIT {

    private static final Map<String, Object> SHORT =
            Map.of("model", "molink-demo", "prompt", "Hello", "max_tokens", 8, "ignore_eos", true);
    private static final Map<String, Object> LONG =
            Map.of("model", "molink-demo", "prompt", "A story", "max_tokens", 400, "ignore_eos", true, "stream", true);

    /** How long a revoked key may still work anywhere. */
    private static final Duration REVOCATION = Duration.ofSeconds(1);

    private static final String ADMIN = "admin-of-three-gateways";

    @SuppressWarnings("NullAway.Init") // before all tests
    private static GatewayGroup group;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static RetryAfterWatch retryAfter;

    @BeforeAll
    static void start() throws Exception {
        group = GatewayGroup.start(3, Map.of("MOLINK_DEMO_ADMIN_KEY", ADMIN));
        retryAfter = RetryAfterWatch.begin(group.gateways(), ADMIN);
    }

    @AfterAll
    static void stop() throws IOException {
        if (group != null) {
            group.close();
        }
    }

    @Test
    @Order(1)
    void everyReplicaReachesEveryPipeline() throws Exception {
        for (GatewayProcess gateway : group.gateways()) {
            Set<String> reached = new TreeSet<>();
            Eventually.within(Duration.ofMinutes(1), "both pipelines have answered", () -> {
                List<CompletableFuture<HttpResponse<String>>> answers =
                        List.of(gateway.complete(SHORT), gateway.complete(SHORT));
                for (CompletableFuture<HttpResponse<String>> answer : answers) {
                    assertThat(answer.get().statusCode()).isEqualTo(200);
                    reached.add(pipelineOf(requestId(answer.get())));
                }
                return reached.containsAll(GatewayGroup.PIPELINES);
            });
        }
    }

    /** The record may be written by any replica; every one of them reads it. */
    private static String pipelineOf(String requestId) {
        List<String> found = new ArrayList<>();
        Eventually.within("the record of " + requestId, () -> {
            group.gateways().getLast().usage().stream()
                    .filter(record -> record.get("requestId").asString().equals(requestId))
                    .forEach(record -> found.add(record.get("pipeline").asString()));
            return !found.isEmpty();
        });
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    @Order(2)
    void aRevokedKeyIsRefusedByEveryReplicaWithinASecond() throws Exception {
        JsonNode created = JsonMapper.shared()
                .readTree(group.gateways()
                        .getFirst()
                        .management()
                        .send("POST", "/actuator/keys", "{\"name\":\"to be revoked\"}")
                        .body());
        String key = created.get("text").asString();
        String keyId = created.at("/key/keyId").asString();
        for (GatewayProcess gateway : group.gateways()) {
            assertThat(gateway.statusFor(key)).isEqualTo(200);
        }

        group.gateways().get(1).management().send("DELETE", "/actuator/keys/" + keyId, "");
        long revoked = System.nanoTime();

        for (GatewayProcess gateway : group.gateways()) {
            long asked;
            long lastTaken = revoked;
            do {
                asked = System.nanoTime();
                if (gateway.statusFor(key) == 200) {
                    lastTaken = asked;
                }
            } while (asked - revoked < REVOCATION.multipliedBy(2).toNanos() && lastTaken == asked);
            assertThat(gateway.statusFor(key)).isEqualTo(401);
            assertThat(Duration.ofNanos(lastTaken - revoked)).isLessThanOrEqualTo(REVOCATION);
        }
    }

    @Test
    @Order(3)
    void manyRequestsOnAllReplicasSpendABudgetToTheLastCent() throws Exception {
        new LastCent(group.gateways(), ADMIN).assertSpentToTheLast();
    }

    @Test
    @Order(4)
    void requestsPerMinuteAreThoseOfAllReplicasTogether() throws Exception {
        new SharedLimits(group, ADMIN).assertRequestsPerMinute();
    }

    @Test
    @Order(5)
    void tokensPerDayAreThoseOfAllReplicasTogether() throws Exception {
        new SharedLimits(group, ADMIN).assertTokensPerDay();
    }

    @Test
    @Order(6)
    void concurrentRequestsAreThoseOfAllReplicasTogether() throws Exception {
        new SharedLimits(group, ADMIN).assertConcurrentRequests();
    }

    @Test
    @Order(7)
    void whatOneReplicaHoldsIdleIsAdmittedByAnother() throws Exception {
        new SharedLimits(group, ADMIN).assertIdleSharesReturn();
    }

    /** Of a refusal before the other tests; after them, so that its minute is over. */
    @Test
    @Order(8)
    void aReplicaAdmitsWhenAnotherToldToComeAgain() throws Exception {
        retryAfter.assertTold();
    }

    /** Last, since it takes a gateway away. */
    @Test
    @Order(9)
    void aKilledReplicasClientsAreToldAndTheOthersGoOn() throws Exception {
        GatewayProcess killed = group.gateways().getFirst();
        GatewayProcess other = group.gateways().get(1);
        List<String> lines = new ArrayList<>();
        HttpResponse<InputStream> broken = killed.http().send(killed.completion(LONG), BodyHandlers.ofInputStream());
        HttpResponse<InputStream> goingOn = other.http().send(other.completion(LONG), BodyHandlers.ofInputStream());
        try (BufferedReader reader = reader(broken)) {
            for (int i = 0; i < 6; i++) {
                lines.add(reader.readLine());
            }
            killed.kill();
            reader.lines().forEach(lines::add);
        } catch (java.io.UncheckedIOException | IOException abortive) {
            lines.add("aborted");
        }

        assertThat(lines).noneMatch(line -> line.contains("[DONE]"));
        assertThat(lines).contains("aborted");
        try (BufferedReader reader = reader(goingOn)) {
            assertThat(reader.lines()).anyMatch(line -> line.contains("[DONE]"));
        }
        assertThat(other.complete(SHORT).get(1, TimeUnit.MINUTES).statusCode()).isEqualTo(200);
        assertRecordedOnce(other, requestId(broken));
        killed.start();
        killed.awaitReady();
        assertThat(killed.complete(SHORT).get(1, TimeUnit.MINUTES).statusCode()).isEqualTo(200);
        Eventually.within(
                "the killed gateway has nothing under way",
                () -> killed.journal().get("underWay").asInt() == 0);
        assertRecordedOnce(other, requestId(broken));
    }

    /** Its head told another replica. */
    private static void assertRecordedOnce(GatewayProcess asked, String requestId) {
        Eventually.within("a record of " + requestId, () -> {
            List<JsonNode> records = asked.usage().stream()
                    .filter(record -> record.get("requestId").asString().equals(requestId))
                    .toList();
            return records.size() == 1
                    && records.getFirst().get("evidence").asString().equals("HEAD")
                    && records.getFirst().get("generatedTokens").asInt() > 0;
        });
    }

    private static BufferedReader reader(HttpResponse<InputStream> answer) {
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private static String requestId(HttpResponse<?> answer) {
        return answer.headers().allValues("x-request-id").stream().collect(Collectors.joining());
    }
}
