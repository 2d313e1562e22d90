package dev.molink.gateway.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code rate_limits} and {@code spend_limit} in OpenAI's shapes: names and types of every field. */
class LimitsApiTests {

    private static final String PROJECTS = "/v1/organization/projects";
    private static final String OPERATOR = "operator-of-the-test";

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static ScriptedNode node;
    private static ApiClient admin;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder, Map.of("MOLINK_DEMO_ADMIN_KEY", OPERATOR));
        node = gateway.node(answer -> {});
        admin = new ApiClient(gateway.port(), OPERATOR);
    }

    @AfterAll
    static void stop() {
        node.close();
        gateway.close();
    }

    @Test
    void listsOneRateLimitForEachServedModel() {
        JsonNode list = admin.get(rateLimits(project())).json();

        assertThat(list.propertyNames()).containsExactlyInAnyOrder("object", "data", "first_id", "last_id", "has_more");
        assertThat(list.get("object").stringValue()).isEqualTo("list");
        assertThat(list.get("has_more").booleanValue()).isFalse();
        assertThat(list.get("data").valueStream()).singleElement().satisfies(limit -> {
            assertRateLimit(limit, ScriptedNode.MODEL);
            assertThat(limit.get("max_requests_per_1_minute").isNull()).isTrue();
            assertThat(limit.get("max_tokens_per_1_minute").isNull()).isTrue();
            assertThat(limit.get("max_requests_per_1_day").isNull()).isTrue();
            assertThat(limit.get("max_tokens_per_1_day").isNull()).isTrue();
        });
        assertThat(list.get("first_id").stringValue()).isEqualTo("rl-" + ScriptedNode.MODEL);
        assertThat(list.get("last_id")).isEqualTo(list.get("first_id"));
    }

    @Test
    void changesTheRateLimitsThatTheBodyNamesAndNoOthers() {
        String path = rateLimits(project());
        String one = path + "/rl-" + ScriptedNode.MODEL;

        JsonNode first = admin.post(
                        one,
                        "{'max_requests_per_1_minute':60,'max_tokens_per_1_minute':150000,'max_requests_per_1_day':4000}")
                .json();
        JsonNode second = admin.post(one, "{'max_requests_per_1_minute':61}").json();

        assertRateLimit(first, ScriptedNode.MODEL);
        assertThat(first.get("max_requests_per_1_minute").intValue()).isEqualTo(60);
        assertThat(first.get("max_tokens_per_1_minute").intValue()).isEqualTo(150_000);
        assertThat(first.get("max_requests_per_1_day").intValue()).isEqualTo(4_000);
        assertThat(first.get("max_tokens_per_1_day").isNull()).isTrue();
        assertThat(second.get("max_requests_per_1_minute").intValue()).isEqualTo(61);
        assertThat(second.get("max_tokens_per_1_minute").intValue()).isEqualTo(150_000);
        assertThat(admin.get(path).json().at("/data/0")).isEqualTo(second);
    }

    @Test
    void pagesRateLimitsByTheirIds() {
        String path = rateLimits(project());
        admin.post(path + "/rl-zebra", "{'max_requests_per_1_minute':1}");

        JsonNode first = admin.get(path + "?limit=1").json();
        JsonNode second = admin.get(
                        path + "?limit=1&after=" + first.get("last_id").stringValue())
                .json();

        assertThat(first.get("has_more").booleanValue()).isTrue();
        assertThat(first.get("data").valueStream()).hasSize(1);
        assertThat(second.get("has_more").booleanValue()).isFalse();
        assertThat(second.at("/data/0/id").stringValue()).isEqualTo("rl-zebra");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'many'", "-1", "1.5", "true"})
    void refusesARateThatIsNoCount(String value) {
        Answer answer = admin.post(
                rateLimits(project()) + "/rl-" + ScriptedNode.MODEL,
                "{'max_requests_per_1_minute':%s}".formatted(value));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/error/type").stringValue()).isEqualTo("invalid_request_error");
        assertThat(answer.json().at("/error/param").stringValue()).isEqualTo("max_requests_per_1_minute");
    }

    @ParameterizedTest
    @CsvSource({"{'max_requests_per_1_minute':1}, /molink-demo", "{'max_requests_per_1_minute':1}, /rl-"})
    void knowsNoOtherRateLimits(String body, String id) {
        assertThat(admin.post(rateLimits(project()) + id, body).status()).isEqualTo(404);
        assertThat(admin.get(rateLimits("proj_nobody")).status()).isEqualTo(404);
    }

    @Test
    void setsShowsAndDeletesTheSpendLimitOfTheOrganizationAndOfAProject() {
        String project = project();
        for (String owner : List.of("organization", "project")) {
            String path = owner.equals("project")
                    ? PROJECTS + "/" + project + "/spend_limit"
                    : "/v1/organization/spend_limit";
            JsonNode none = admin.get(path).json();
            JsonNode set = admin.post(path, "{'threshold_amount':1250,'currency':'USD','interval':'month'}")
                    .json();
            JsonNode shown = admin.get(path).json();
            JsonNode changed = admin.post(path, "{'threshold_amount':0}").json();
            JsonNode deleted = admin.send(path, HttpRequest.Builder::DELETE).json();

            assertSpendLimit(none, owner);
            assertThat(none.get("threshold_amount").isNull()).isTrue();
            assertThat(none.at("/enforcement/status").stringValue()).isEqualTo("inactive");
            assertSpendLimit(set, owner);
            assertThat(set.get("threshold_amount").isIntegralNumber()).isTrue();
            assertThat(set.get("threshold_amount").longValue()).isEqualTo(1250);
            assertThat(set.at("/enforcement/status").stringValue()).isEqualTo("enforcing");
            assertThat(shown).isEqualTo(set);
            assertThat(changed.get("threshold_amount").longValue()).isZero();
            assertThat(deleted.propertyNames()).contains("object", "deleted");
            assertThat(deleted.get("object").stringValue()).isEqualTo(owner + ".spend_limit.deleted");
            assertThat(deleted.get("deleted").booleanValue()).isTrue();
            assertThat(admin.get(path).json()).isEqualTo(none);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | threshold_amount",
                "{'threshold_amount':null} | threshold_amount",
                "{'threshold_amount':'12.50'} | threshold_amount",
                "{'threshold_amount':-1} | threshold_amount",
                "{'threshold_amount':1.5} | threshold_amount",
                "{'threshold_amount':1,'currency':'EUR'} | currency",
                "{'threshold_amount':1,'interval':'day'} | interval"
            })
    void refusesASpendLimitThatIsNone(String body, String param) {
        Answer answer = admin.post(PROJECTS + "/" + project() + "/spend_limit", body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().at("/error/type").stringValue()).isEqualTo("invalid_request_error");
        assertThat(answer.json().at("/error/param").stringValue()).isEqualTo(param);
    }

    private static void assertRateLimit(JsonNode limit, String model) {
        assertThat(limit.propertyNames())
                .containsExactlyInAnyOrder(
                        "object",
                        "id",
                        "model",
                        "max_requests_per_1_minute",
                        "max_tokens_per_1_minute",
                        "max_requests_per_1_day",
                        "max_tokens_per_1_day");
        assertThat(limit.get("object").stringValue()).isEqualTo("project.rate_limit");
        assertThat(limit.get("id").stringValue()).isEqualTo("rl-" + model);
        assertThat(limit.get("model").stringValue()).isEqualTo(model);
        assertThat(limit.valueStream().skip(3)).allMatch(value -> value.isNull() || value.isIntegralNumber());
    }

    private static void assertSpendLimit(JsonNode limit, String owner) {
        assertThat(limit.propertyNames())
                .containsExactlyInAnyOrder("object", "threshold_amount", "currency", "interval", "enforcement");
        assertThat(limit.get("object").stringValue()).isEqualTo(owner + ".spend_limit");
        assertThat(limit.get("currency").stringValue()).isEqualTo("USD");
        assertThat(limit.get("interval").stringValue()).isEqualTo("month");
        assertThat(limit.get("enforcement").propertyNames()).containsExactly("status");
    }

    private static String rateLimits(String project) {
        return PROJECTS + "/" + project + "/rate_limits";
    }

    private static String project() {
        return admin.post(PROJECTS, "{'name':'%s'}".formatted(UUID.randomUUID()))
                .json()
                .get("id")
                .stringValue();
    }
}
