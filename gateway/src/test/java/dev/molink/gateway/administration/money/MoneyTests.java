package dev.molink.gateway.administration.money;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.keys.ProjectSettings;
import dev.molink.controlplane.tenancy.ProjectSummary;
import dev.molink.controlplane.tenancy.Tenancy;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.DemoText;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.Tenant;
import dev.molink.gateway.testing.TestGateway;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** From a price to the statement, over HTTP. */
class MoneyTests {

    private static final String OPERATOR = "operator-of-the-test";
    private static final String TEXT = "Hello there";
    private static final String COMPLETION = "{'model':'molink-demo','prompt':'Hi'}";

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static ApiClient operator;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder, Map.of("MOLINK_DEMO_ADMIN_KEY", OPERATOR));
        operator = new ApiClient(gateway.port(), OPERATOR);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aBilledProjectNeedsAPriceAndIsChargedByItExactly() {
        ProjectSummary project = gateway.bean(Tenancy.class).projects().stream()
                .filter(each -> each.name().equals("demo"))
                .findFirst()
                .orElseThrow();
        gateway.bean(ProjectSettings.class).bill(project.projectId(), true);
        try (ScriptedNode node = gateway.node(answer -> {
            answer.say(0, TEXT).stop(0);
            answer.report();
        })) {
            ApiClient client = new ApiClient(gateway.port(), TestGateway.KEY);

            Answer refused = client.post("/v1/completions", COMPLETION);
            Answer price = operator.post("/admin/v1/prices", """
                    {'model':'molink-demo','prompt_per_million':'0.150000000001','cached_per_million':'0.075',
                     'generated_per_million':'0.6','currency':'USD'}""");
            Answer answered = client.post("/v1/completions", COMPLETION);
            node.nextAcknowledgement();

            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().at("/error/code").stringValue()).isEqualTo("model_not_priced");
            assertThat(price.status()).as(price.body()).isEqualTo(200);
            assertThat(answered.status()).as(answered.body()).isEqualTo(200);
            JsonNode entry = ledger(
                    project.organizationId(),
                    "request_id=" + answered.header("x-request-id").orElseThrow());
            int generated = DemoText.ids(TEXT).length + 1;
            int prompt = DemoText.ids("Hi").length;
            assertThat(entry.at("/data/0/amount").stringValue())
                    .isEqualTo(new BigDecimal("0.150000000001")
                            .multiply(BigDecimal.valueOf(prompt))
                            .add(new BigDecimal("0.6").multiply(BigDecimal.valueOf(generated)))
                            .movePointLeft(6)
                            .stripTrailingZeros()
                            .toPlainString());
            assertThat(entry.at("/data/0/request/price_id"))
                    .isEqualTo(price.json().get("id"));
            assertThat(entry.at("/data/0/from/kind").stringValue()).isEqualTo("receivable");
        } finally {
            gateway.bean(ProjectSettings.class).bill(project.projectId(), false);
        }
    }

    @Test
    void moneyMovesBetweenWalletCreditAndLedger() {
        Tenant tenant = tenant("moves");

        Answer topUp =
                post(tenant, "/admin/v1/wallets/USD/top_up", "{'amount':'10.000000000000000001','reason':'bank'}");
        Answer refund = post(tenant, "/admin/v1/wallets/USD/refund", "{'amount':'4'}");
        Answer credit = post(
                tenant, "/admin/v1/credits", "{'currency':'USD','amount':'2','expires_at':'2999-01-01T00:00:00Z'}");
        Answer reversal =
                post(tenant, "/admin/v1/ledger/%s/reverse".formatted(text(refund, "id")), "{'reason':'typo'}");
        Answer twice = post(tenant, "/admin/v1/ledger/%s/reverse".formatted(text(refund, "id")), "{'reason':'typo'}");
        Answer wallets = get(tenant, "/admin/v1/wallets");

        assertThat(topUp.status()).as(topUp.body()).isEqualTo(200);
        assertThat(text(credit, "left")).isEqualTo("2");
        assertThat(text(reversal, "reversal_of")).isEqualTo(text(refund, "id"));
        assertThat(twice.status()).isEqualTo(400);
        assertThat(wallets.json().at("/data/0/balance").stringValue()).isEqualTo("10.000000000000000001");
        assertThat(wallets.json().at("/data/0/credits").stringValue()).isEqualTo("2");
        assertThat(wallets.json().at("/data/0/available").stringValue()).isEqualTo("12.000000000000000001");
        assertThat(get(tenant, "/admin/v1/ledger?kind=refund").json().get("data"))
                .hasSize(2);
        assertThat(get(tenant, "/admin/v1/ledger/accounts?limit=100").json().get("data"))
                .hasSize(8);
        Answer proof = post(tenant, "/admin/v1/ledger/proof", "{}");
        assertThat(proof.json().get("equal").booleanValue()).isTrue();
        assertThat(text(proof, "sum")).isEqualTo("0");
    }

    @Test
    void anIdempotencyKeyMovesMoneyOnce() {
        Tenant tenant = tenant("twice");
        String body = "{'amount':'10','idempotency_key':'transfer-7'}";

        Answer first = post(tenant, "/admin/v1/wallets/EUR/top_up", body);
        Answer second = post(tenant, "/admin/v1/wallets/EUR/top_up", body);

        assertThat(second.body()).isEqualTo(first.body());
        assertThat(get(tenant, "/admin/v1/wallets").json().at("/data/0/balance").stringValue())
                .isEqualTo("10");
    }

    @Test
    void refusesAmountsThatAreNumbersOrOutOfRange() {
        Tenant tenant = tenant("refused");

        Answer number = post(tenant, "/admin/v1/wallets/USD/top_up", "{'amount':0.1}");
        Answer negative = post(tenant, "/admin/v1/wallets/USD/top_up", "{'amount':'-1'}");
        Answer currency = post(tenant, "/admin/v1/wallets/dollar/top_up", "{'amount':'1'}");
        Answer price = operator.post("/admin/v1/prices", """
                {'model':'m','prompt_per_million':'0.0000000000001','cached_per_million':'0',
                 'generated_per_million':'0','currency':'USD'}""");

        assertThat(number.json().at("/error/code").stringValue()).isEqualTo("invalid_type");
        assertThat(negative.json().at("/error/param").stringValue()).isEqualTo("amount");
        assertThat(negative.json().at("/error/message").stringValue())
                .contains("'amount' must be above 0 to 1000000000000 with at most 18 decimals, but it is -1");
        assertThat(currency.status()).isEqualTo(400);
        assertThat(price.json().at("/error/param").stringValue()).isEqualTo("prompt_per_million");
    }

    @Test
    void previewsAChargeAndWithdrawsAPrice() {
        operator.post("/admin/v1/prices", """
                {'model':'previewed','prompt_per_million':'3','cached_per_million':'0.5','generated_per_million':'4',
                 'minimum_charge':'0.001','currency':'USD'}""");
        Answer later = operator.post("/admin/v1/prices", """
                {'model':'previewed','prompt_per_million':'30','cached_per_million':'5','generated_per_million':'40',
                 'currency':'USD','effective_from':'2999-01-01T00:00:00Z'}""");
        String tokens = "'model':'previewed','prompt_tokens':17,'cached_tokens':5,'generated_tokens':40";

        Answer now = operator.post("/admin/v1/prices/preview", "{%s}".formatted(tokens));
        Answer then = operator.post("/admin/v1/prices/preview", "{%s,'at':'2999-01-01T00:00:00Z'}".formatted(tokens));
        Answer withdrawn = operator.post("/admin/v1/prices/%s/withdraw".formatted(text(later, "id")), "{}");
        Answer after = operator.post("/admin/v1/prices/preview", "{%s,'at':'2999-01-01T00:00:00Z'}".formatted(tokens));

        assertThat(text(now, "amount")).isEqualTo("0.001");
        assertThat(text(now, "minimum_amount")).isEqualTo("0.0008015");
        assertThat(text(then, "amount")).isEqualTo("0.001985");
        assertThat(withdrawn.json().get("withdrawn_at").isNull()).isFalse();
        assertThat(text(after, "amount")).isEqualTo("0.001");
        assertThat(operator.get("/admin/v1/prices?model=previewed").json().get("data"))
                .hasSize(2);
    }

    @Test
    void aStatementIsIssuedOnceAndServedInThreeForms() {
        Tenant tenant = tenant("statements");
        YearMonth month = YearMonth.now(ZoneOffset.UTC).minusMonths(1);

        String id = MoneySamples.statement(tenant);
        Answer again = post(tenant, "/admin/v1/statements", "{'currency':'USD','month':'%s'}".formatted(month));
        Answer csv = get(tenant, "/admin/v1/statements/%s?format=csv".formatted(id));
        Answer html = get(tenant, "/admin/v1/statements/%s?format=html".formatted(id));
        Answer early =
                post(tenant, "/admin/v1/statements", "{'currency':'USD','month':'%s'}".formatted(month.plusMonths(1)));

        assertThat(text(again, "id")).isEqualTo(id);
        // 17 prompt tokens and 40 generated ones at 1 per million
        assertThat(again.json().at("/lines/0/amount").stringValue()).isEqualTo("0.000057");
        assertThat(text(again, "due_amount")).isEqualTo("0.00");
        assertThat(text(again, "remainder")).isEqualTo("0.000057");
        assertThat(csv.header("content-type")).contains("text/csv;charset=UTF-8");
        assertThat(csv.body()).contains("0.000057");
        assertThat(html.header("content-type")).contains("text/html;charset=UTF-8");
        assertThat(html.body()).contains("<h1>Statement 1</h1>", "0.000057");
        assertThat(early.status()).isEqualTo(400);
        assertThat(get(tenant, "/admin/v1/statements")
                        .json()
                        .at("/data/0/lines")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void everyWriteIsInTheAuditLog() {
        Tenant tenant = tenant("audited");
        post(tenant, "/admin/v1/wallets/USD", "{'terms':'prepaid'}");
        post(tenant, "/admin/v1/wallets/USD/top_up", "{'amount':'10'}");
        post(tenant, "/admin/v1/credits", "{'currency':'USD','amount':'1'}");

        String log = get(tenant, "/v1/organization/audit_logs?limit=100").body();

        assertThat(log).contains("wallet.updated", "wallet.topped_up", "credit.granted");
    }

    private static JsonNode ledger(String organizationId, String query) {
        return send(organizationId, "/admin/v1/ledger?" + query).json();
    }

    private static Answer get(Tenant tenant, String path) {
        return send(tenant.organizationId(), path);
    }

    private static Answer send(String organizationId, String path) {
        return operator.send(
                path,
                request -> request.header("OpenAI-Organization", organizationId).GET());
    }

    private static Answer post(Tenant tenant, String path, String json) {
        return operator.send(
                path,
                request -> request.header("OpenAI-Organization", tenant.organizationId())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json.replace('\'', '"'))));
    }

    private static Tenant tenant(String name) {
        ProjectSummary project = gateway.bean(Tenancy.class).createProject(name, "money");
        return new Tenant(gateway, project.organizationId(), name);
    }

    private static String text(Answer answer, String field) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().get(field).stringValue();
    }
}
