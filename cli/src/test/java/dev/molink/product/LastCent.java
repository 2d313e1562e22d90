package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A tenant of its own, with a price and a hard budget of ten and a half leases, whose requests come to several gateways at
 * once: some need one lease, some are streams that have to extend it.
 */
final class LastCent {

    private static final int REQUESTS = 64;
    private static final int LEASE_TOKENS = 256;
    private static final BigDecimal LEASES = new BigDecimal("10.5");
    private static final BigDecimal PRICE = new BigDecimal("0.001");
    private final List<GatewayProcess> gateways;
    private final AdminClient admin;
    private final String project;
    private final String key;
    private int admitted;

    LastCent(List<GatewayProcess> gateways, String adminKey) throws Exception {
        this.gateways = gateways;
        JsonNode made = JsonMapper.shared()
                .readTree(gateways.getFirst()
                        .management()
                        .send(
                                "POST",
                                "/actuator/keys",
                                "{\"name\":\"thrifty\",\"organization\":\"thrifty\",\"project\":\"main\"}")
                        .body());
        this.key = made.get("text").asString();
        this.project = made.at("/key/projectId").asString();
        this.admin = new AdminClient(
                gateways.getFirst().port(),
                adminKey,
                made.at("/key/organizationId").asString());
    }

    private void price() throws Exception {
        String million = PRICE.movePointRight(6).toPlainString();
        admin.post(
                "/admin/v1/prices",
                Map.of(
                        "model",
                        "molink-demo",
                        "prompt_per_million",
                        million,
                        "cached_per_million",
                        million,
                        "generated_per_million",
                        million,
                        "minimum_charge",
                        "0",
                        "currency",
                        "USD"));
        awaitEverywhere(200);
    }

    private void budget(BigDecimal amount) throws Exception {
        admin.post(
                "/admin/v1/limits",
                Map.of(
                        "owner", "project",
                        "owner_id", project,
                        "metric", "budget_per_month",
                        "amount", amount.toPlainString(),
                        "mode", "hard",
                        "currency", "USD"));
    }

    /** Asks each gateway for one token until the answer shows that it knows of the last change. */
    private void awaitEverywhere(int status) {
        for (int number = 0; number < gateways.size(); number++) {
            int gateway = number;
            Eventually.within("gateway %d answers %d".formatted(gateway, status), () -> {
                int answered = ask(gateway, 1).get().statusCode();
                admitted += answered == 200 ? 1 : 0;
                return answered == status;
            });
        }
    }

    /** Neither a cent over the budget nor a whole lease left, and each refusal says that it is the money. */
    void assertSpentToTheLast() throws Exception {
        price();
        BigDecimal lease = PRICE.multiply(new BigDecimal(promptTokens() + LEASE_TOKENS));
        BigDecimal budget = lease.multiply(LEASES);
        budget(PRICE); // spent already: whoever knows a limit at all refuses, so none races without one
        awaitEverywhere(429);
        budget(budget);
        awaitEverywhere(200);

        List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        for (int number = 0; number < REQUESTS; number++) {
            asked.add(ask(number, number % 4 == 0 ? 3 * LEASE_TOKENS : LEASE_TOKENS));
        }
        for (CompletableFuture<HttpResponse<String>> each : asked) {
            HttpResponse<String> answer = each.get();
            if (answer.statusCode() == 200) {
                admitted++;
            } else {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
                assertThat(answer.body()).contains("insufficient_quota");
            }
        }

        Eventually.within(
                Duration.ofMinutes(1), "all is settled", () -> charges().size() == admitted);
        BigDecimal spent = charges().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(spent).isLessThanOrEqualTo(budget);
        assertThat(budget.subtract(spent)).as("unspent of %s", budget).isLessThan(lease);
    }

    /** Of the prompt that all requests have. */
    private int promptTokens() throws Exception {
        HttpResponse<String> answer = ask(0, 1).get();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        admitted++;
        return JsonMapper.shared()
                .readTree(answer.body())
                .at("/usage/prompt_tokens")
                .asInt();
    }

    private CompletableFuture<HttpResponse<String>> ask(int number, int tokens) {
        GatewayProcess gateway = gateways.get(number % gateways.size());
        HttpClient http = gateway.http();
        HttpRequest request = gateway.request("/v1/completions", key)
                .POST(BodyPublishers.ofString(JsonMapper.shared()
                        .writeValueAsString(Map.of(
                                "model", "molink-demo", "prompt", "Hello", "max_tokens", tokens, "ignore_eos", true))))
                .build();
        return http.sendAsync(request, BodyHandlers.ofString());
    }

    private List<BigDecimal> charges() throws Exception {
        return admin.get("/admin/v1/ledger?limit=100")
                .get("data")
                .valueStream()
                .map(entry -> new BigDecimal(entry.get("amount").asString()))
                .toList();
    }
}
