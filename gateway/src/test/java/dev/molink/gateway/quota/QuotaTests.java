package dev.molink.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.molink.controlplane.admission.LimitMetric;
import dev.molink.controlplane.admission.LimitOwner;
import dev.molink.controlplane.admission.UsageLimit.Mode;
import dev.molink.controlplane.admission.UsageLimits;
import dev.molink.controlplane.keys.ApiKeys;
import dev.molink.controlplane.keys.ProjectSettings;
import dev.molink.controlplane.pricing.NewPrice;
import dev.molink.controlplane.pricing.Prices;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageStore;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.DemoText;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.proto.node.v1.CancelReason;
import dev.molink.proto.node.v1.FinishReason;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Limits and budgets as clients see them. */
class QuotaTests {

    private static final String TEXT = "Hello there";
    private static final int TEXT_TOKENS = DemoText.ids(TEXT).length;
    private static final int PROMPT_TOKENS = DemoText.ids("Hi").length;
    private static final String BODY = "{'model':'molink-demo','prompt':'Hi','max_tokens':64}";
    /** A millionth part for each token. */
    private static final BigDecimal TOKEN_PRICE = new BigDecimal("0.000001");

    private static TestGateway gateway;

    /** Each test has its own, as limits and what counts against them belong to one. */
    private ProjectSummary project;

    private ApiClient api;

    @BeforeAll
    static void start(@TempDir Path folder) {
        gateway = TestGateway.start(folder);
        gateway.bean(Prices.class)
                .create(
                        new NewPrice(
                                ScriptedNode.MODEL,
                                null,
                                BigDecimal.ONE,
                                BigDecimal.ONE,
                                BigDecimal.ONE,
                                BigDecimal.ZERO,
                                "USD",
                                null),
                        "test");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void makeProject() {
        project = gateway.bean(Tenancy.class)
                .ensureProject("demo", UUID.randomUUID().toString());
        api = new ApiClient(
                gateway.port(),
                gateway.bean(ApiKeys.class).create(project.projectId(), "quota").text());
    }

    @AfterEach
    void forgetNodes() {
        gateway.awaitNoNodes();
    }

    @Test
    void refusesTheRequestBeyondTheLimitAndTellsWhenTheNextWindowBegins() {
        try (ScriptedNode node = gateway.node(QuotaTests::hello)) {
            limit(LimitMetric.REQUESTS_PER_DAY, "2");

            Answer first = api.post("/v1/completions", BODY);
            api.post("/v1/completions", BODY);
            Answer refused = api.post("/v1/completions", BODY);

            assertThat(first.status()).isEqualTo(200);
            assertThat(first.header("x-ratelimit-limit-requests")).contains("2");
            assertThat(first.header("x-ratelimit-remaining-requests")).contains("1");
            assertThat(first.header("x-ratelimit-reset-requests")).isPresent();
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.json().at("/error/code").stringValue()).isEqualTo("rate_limit_exceeded");
            assertThat(refused.json().at("/error/message").stringValue())
                    .contains("requests per day")
                    .contains("limit 2");
            assertThat(refused.header("x-ratelimit-remaining-requests")).contains("0");
            assertThat(Long.parseLong(refused.header("retry-after").orElseThrow()))
                    .isBetween(1L, Duration.ofDays(1).toSeconds());
            assertThat(refused.header("x-request-id")).isPresent();
            assertThat(node.isOpen()).isTrue();
        }
    }

    /** Forbidden: a client that is told its mistake and not how its limits stand. */
    @ParameterizedTest
    @ValueSource(
            strings = {"{'model':'molink-demo'", "{'model':'no-such-model','prompt':'Hi'}", "{'model':'molink-demo'}"})
    void anAnswerToABadRequestTellsHowTheLimitsStand(String body) {
        try (ScriptedNode node = gateway.node(QuotaTests::hello)) {
            limit(LimitMetric.REQUESTS_PER_DAY, "2");

            Answer refused = api.post("/v1/completions", body);

            assertThat(refused.status()).isBetween(400, 404);
            assertThat(refused.header("x-ratelimit-limit-requests")).contains("2");
            assertThat(refused.header("x-ratelimit-remaining-requests")).contains("2");
            assertThat(refused.header("x-ratelimit-reset-requests")).isPresent();
            assertThat(node.isOpen()).isTrue();
        }
    }

    @Test
    void aWaitBeyondAMinuteTellsClientsNotToTryAgain() {
        try (ScriptedNode node = gateway.node(QuotaTests::hello)) {
            limit(LimitMetric.TOKENS_PER_MINUTE, "10");

            Answer tooLarge = api.post("/v1/completions", BODY);

            assertThat(tooLarge.status()).isEqualTo(429);
            assertThat(tooLarge.header("retry-after")).isEmpty();
            assertThat(tooLarge.header("x-should-retry")).contains("false");
            assertThat(tooLarge.json().at("/error/message").stringValue()).contains("larger than the whole limit");
            assertThat(node.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHardBudgetEndsTheAnswerCleanlyAtItsBound(boolean stream) {
        CompletableFuture<CancelReason> cancel = new CompletableFuture<>();
        try (ScriptedNode node = gateway.node(answer -> {
            for (int said = 0; said < 400; said += TEXT_TOKENS) {
                answer.say(0, TEXT);
            }
            cancel.complete(answer.awaitCancel().getReason());
            answer.report();
        })) {
            bill();
            long affordable = 300;
            limit(LimitMetric.BUDGET_PER_MONTH, price(affordable).toPlainString());

            Answer answer = api.post(
                    "/v1/completions",
                    "{'model':'molink-demo','prompt':'Hi','max_tokens':1500,'stream':" + stream
                            + ",'stream_options':{'include_usage':true}}");

            assertThat(answer.status()).isEqualTo(200);
            JsonNode last = stream ? answer.chunks().get(answer.chunks().size() - 2) : answer.json();
            JsonNode usage = stream ? answer.chunks().getLast() : answer.json();
            assertThat(last.at("/choices/0/finish_reason").stringValue()).isEqualTo("length");
            assertThat(last.at("/molink/ended_by").stringValue()).isEqualTo("budget");
            assertThat(last.at("/molink/message").stringValue()).contains("budget of project");
            assertThat(usage.at("/usage/completion_tokens").longValue()).isEqualTo(affordable);
            assertThat(stream ? answer.done() : true).isTrue();
            assertThat(cancel.join()).isEqualTo(CancelReason.CANCEL_REASON_BUDGET);
            UsageRecord record = record(answer);
            assertThat(record.bill().coveredTokens()).isEqualTo(affordable);
            assertThat(record.generatedTokens()).isGreaterThan(affordable);
            assertThat(record.charge()).isEqualByComparingTo(price(affordable));

            Answer refused = api.post("/v1/completions", BODY);

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.json().at("/error/code").stringValue()).isEqualTo("insufficient_quota");
            assertThat(refused.header("x-should-retry")).contains("false");
            assertThat(node.isOpen()).isTrue();
        }
    }

    @Test
    void aSoftBudgetLetsEverythingThrough() {
        try (ScriptedNode node = gateway.node(QuotaTests::hello)) {
            bill();
            gateway.bean(UsageLimits.class)
                    .set(owner(), LimitMetric.BUDGET_PER_MONTH, BigDecimal.ZERO, Mode.SOFT, "USD");

            Answer answer = api.post("/v1/completions", BODY);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().has("molink")).isFalse();
            assertThat(node.isOpen()).isTrue();
        }
    }

    @Test
    void theSlotOfAClientThatLeftIsFreeAgain() throws Exception {
        try (ScriptedNode node = gateway.node(answer -> {
            answer.say(0, TEXT);
            answer.awaitCancel();
            answer.report();
        })) {
            limit(LimitMetric.CONCURRENT_REQUESTS, "1");
            try (InputStream body = api.open("/v1/completions", "{'model':'molink-demo','prompt':'Hi','stream':true}")
                    .body()) {
                assertThat(body.read()).isPositive();

                Answer refused = api.post("/v1/completions", BODY);

                assertThat(refused.status()).isEqualTo(429);
                assertThat(refused.header("retry-after")).contains("1");
            }

            await().untilAsserted(() -> {
                try (InputStream again = api.open(
                                "/v1/completions", "{'model':'molink-demo','prompt':'Hi','stream':true}")
                        .body()) {
                    assertThat(new String(again.readNBytes(5), java.nio.charset.StandardCharsets.US_ASCII))
                            .isEqualTo("data:");
                }
            });
            assertThat(node.isOpen()).isTrue();
        }
    }

    @Test
    void aRequestThatNoPipelineTakesGivesItsLeasesBack() {
        limit(LimitMetric.REQUESTS_PER_DAY, "1");
        try (ScriptedNode node = gateway.node(QuotaTests::hello)) {
            node.fallSilent();
        }

        List<Answer> answers = List.of(api.post("/v1/completions", BODY), api.post("/v1/completions", BODY));

        assertThat(answers).extracting(Answer::status).doesNotContain(429);
    }

    private static void hello(dev.molink.gateway.testing.ScriptedAnswer answer) {
        answer.say(0, TEXT).ids(0, FinishReason.FINISH_REASON_STOP, DemoText.END_ID);
        answer.report();
    }

    private static BigDecimal price(long generatedTokens) {
        return TOKEN_PRICE.multiply(BigDecimal.valueOf(PROMPT_TOKENS + generatedTokens));
    }

    private void bill() {
        gateway.bean(ProjectSettings.class).bill(project.projectId(), true);
    }

    private void limit(LimitMetric metric, String amount) {
        gateway.bean(UsageLimits.class)
                .set(owner(), metric, new BigDecimal(amount), Mode.HARD, metric.money() ? "USD" : "");
        // what a poll sees within a quarter of a second
        await().pollDelay(Duration.ofMillis(600)).until(() -> true);
    }

    private LimitOwner owner() {
        return LimitOwner.project(project.projectId());
    }

    private static UsageRecord record(Answer answer) {
        String requestId = answer.header("x-request-id").orElseThrow();
        await().until(() -> gateway.bean(UsageStore.class).find(requestId).isPresent());
        return gateway.bean(UsageStore.class).find(requestId).orElseThrow();
    }
}
