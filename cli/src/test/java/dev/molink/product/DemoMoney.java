package dev.molink.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The README's questions about money, asked after the first chat of a demo, and what they must be answered. */
final class DemoMoney {

    /** What the demo's model costs, in USD per million tokens. */
    private static final BigDecimal PROMPT = new BigDecimal("0.15");

    private static final BigDecimal CACHED = new BigDecimal("0.075");
    private static final BigDecimal GENERATED = new BigDecimal("0.60");
    private static final Duration BOOKING = Duration.ofSeconds(60);

    private final AdminClient admin;
    private final long since;
    private final String requestId;
    private final long promptTokens;
    private final long cachedTokens;
    private final long generatedTokens;

    /**
     * @param admin asks for the demo's tenant
     * @param since before the chat, and after whatever was before it
     */
    DemoMoney(AdminClient admin, Instant since, HttpResponse<String> chat) {
        assertThat(chat.statusCode()).as(chat.body()).isEqualTo(200);
        JsonNode usage = JsonMapper.shared().readTree(chat.body()).get("usage");
        this.admin = admin;
        this.since = since.getEpochSecond();
        this.requestId = chat.headers().firstValue("x-request-id").orElseThrow();
        this.promptTokens = usage.get("prompt_tokens").asLong();
        this.cachedTokens = usage.at("/prompt_tokens_details/cached_tokens").asLong();
        this.generatedTokens = usage.get("completion_tokens").asLong();
        assertThat(promptTokens).isPositive();
        assertThat(generatedTokens).isPositive();
    }

    void assertTold() throws Exception {
        Eventually.within(
                BOOKING,
                "the chat has its cost",
                () -> profit().at("/data/0/cost/known").asBoolean(false));
        assertLedger();
        Eventually.within(BOOKING, "usage and costs tell of the chat", () -> {
            assertUsage();
            assertCosts();
            return true;
        });
        assertProfit();
    }

    /** By hand: prompt tokens that were not cached, cached ones, generated ones, each at its price. */
    private BigDecimal charge() {
        return PROMPT.multiply(BigDecimal.valueOf(promptTokens - cachedTokens))
                .add(CACHED.multiply(BigDecimal.valueOf(cachedTokens)))
                .add(GENERATED.multiply(BigDecimal.valueOf(generatedTokens)))
                .movePointLeft(6);
    }

    private void assertUsage() throws Exception {
        List<JsonNode> results = results("/v1/organization/usage/completions?bucket_width=1h&start_time=" + since);
        assertThat(results).hasSize(1);
        JsonNode usage = results.getFirst();
        assertThat(usage.get("num_model_requests").asLong()).isEqualTo(1);
        assertThat(usage.get("input_tokens").asLong()).isEqualTo(promptTokens);
        assertThat(usage.get("input_cached_tokens").asLong()).isEqualTo(cachedTokens);
        assertThat(usage.get("output_tokens").asLong()).isEqualTo(generatedTokens);
    }

    private void assertCosts() throws Exception {
        List<JsonNode> results = results("/v1/organization/costs?start_time=" + since);
        assertThat(results).hasSize(1);
        assertThat(results.getFirst().at("/amount/currency").asString()).isEqualTo("usd");
        assertThat(results.getFirst().at("/amount/value").decimalValue()).isEqualByComparingTo(charge());
    }

    private void assertLedger() throws Exception {
        JsonNode entries = admin.get("/admin/v1/ledger").get("data");
        assertThat(entries.size()).as(entries.toString()).isEqualTo(1);
        JsonNode entry = entries.get(0);
        assertThat(entry.get("kind").asString()).isEqualTo("charge");
        assertThat(entry.get("currency").asString()).isEqualTo("USD");
        assertThat(amount(entry, "/amount")).isEqualByComparingTo(charge());
        assertThat(entry.at("/request/request_id").asString()).isEqualTo(requestId);
        assertThat(entry.at("/request/prompt_tokens").asLong()).isEqualTo(promptTokens);
        assertThat(entry.at("/request/generated_tokens").asLong()).isEqualTo(generatedTokens);
    }

    private void assertProfit() throws Exception {
        JsonNode report = profit();
        assertThat(report.get("data").size()).isEqualTo(1);
        JsonNode line = report.at("/data/0");
        assertThat(line.get("model").asString()).isEqualTo("molink-demo");
        assertThat(line.get("requests").asInt()).isEqualTo(1);
        assertThat(amount(line, "/revenue/amounts/0/value")).isEqualByComparingTo(charge());
        BigDecimal cost = amount(line, "/cost/amounts/0/value");
        assertThat(cost).isPositive();
        assertThat(line.at("/margin/known").asBoolean()).as(line.toString()).isTrue();
        assertThat(amount(line, "/margin/ratio").add(BigDecimal.ONE).multiply(cost))
                .isCloseTo(charge(), org.assertj.core.api.Assertions.within(cost.movePointLeft(11)));
        assertThat(report.get("idle").size()).isEqualTo(2);
    }

    private JsonNode profit() throws Exception {
        return admin.get("/admin/v1/profit?group_by=model&start_time=" + since);
    }

    /** Of all buckets of a page. */
    private List<JsonNode> results(String path) throws Exception {
        return admin.get(path)
                .get("data")
                .valueStream()
                .flatMap(bucket -> bucket.get("results").valueStream())
                .toList();
    }

    private static BigDecimal amount(JsonNode within, String path) {
        return new BigDecimal(within.at(path).asString());
    }
}
