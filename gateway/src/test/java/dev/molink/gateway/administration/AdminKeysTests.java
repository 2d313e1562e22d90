package dev.molink.gateway.administration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.TestGateway;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code /v1/organization/admin_api_keys}, and what every administration endpoint refuses. */
class AdminKeysTests {

    private static final String PATH = "/v1/organization/admin_api_keys";
    private static final String OPERATOR = "operator-of-the-test";

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static ApiClient operator;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder, Map.of("MOLINK_DEMO_ADMIN_KEY", OPERATOR));
        operator = client(OPERATOR);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void createsAKeyThatWorksUntilItIsDeleted() {
        Answer created = operator.post(PATH, "{'name':'laptop','expires_in_seconds':600}");
        String id = created.json().get("id").stringValue();
        ApiClient made = client(created.json().get("value").stringValue());

        assertThat(created.status()).as(created.body()).isEqualTo(200);
        assertThat(created.json().get("object").stringValue()).isEqualTo("organization.admin_api_key");
        assertThat(created.json().get("value").stringValue()).startsWith("sk-admin-");
        assertThat(created.json().get("expires_at").longValue()
                        - created.json().get("created_at").longValue())
                .isEqualTo(600);
        assertThat(made.get(PATH).status()).isEqualTo(200);
        assertThat(operator.get(PATH + "/" + id).json().get("last_used_at").longValue())
                .isPositive();

        Answer deleted = operator.send(PATH + "/" + id, request -> request.DELETE());

        assertThat(deleted.json())
                .isEqualTo(
                        json("{'object':'organization.admin_api_key.deleted','id':'%s','deleted':true}".formatted(id)));
        assertThat(made.get(PATH).status()).isEqualTo(401);
        assertThat(operator.get(PATH + "/" + id).status()).isEqualTo(404);
    }

    @Test
    void showsAKeyOnlyOnce() {
        String text = operator.post(PATH, "{'name':'once'}").json().get("value").stringValue();

        Answer list = operator.get(PATH + "?limit=100");

        assertThat(list.body()).contains("once").doesNotContain(text, "\"value\"");
    }

    @Test
    void listsInPagesBothWays() {
        for (int number = 0; number < 5; number++) {
            operator.post(PATH, "{'name':'page %d'}".formatted(number));
        }
        JsonNode all = operator.get(PATH + "?limit=100").json();

        JsonNode first = operator.get(PATH + "?limit=2").json();
        JsonNode second = operator.get(
                        PATH + "?limit=2&after=" + first.get("last_id").stringValue())
                .json();
        JsonNode back = operator.get(
                        PATH + "?limit=2&before=" + second.get("first_id").stringValue())
                .json();
        JsonNode newest = operator.get(PATH + "?limit=1&order=desc").json();

        assertThat(first.get("object").stringValue()).isEqualTo("list");
        assertThat(first.get("has_more").booleanValue()).isTrue();
        assertThat(ids(all).limit(4))
                .containsExactlyElementsOf(
                        Stream.concat(ids(first), ids(second)).toList());
        assertThat(ids(back)).containsExactlyElementsOf(ids(first).toList());
        assertThat(ids(newest)).containsExactly(ids(all).toList().getLast());
        assertThat(all.get("has_more").booleanValue()).isFalse();
    }

    @Test
    void neverMakesAKeyThatIsAllowedMore() {
        String viewer = operator.post(PATH, "{'name':'tenant','role':'viewer'}")
                .json()
                .get("value")
                .stringValue();
        String owner = operator.post(PATH, "{'name':'tenant','role':'owner'}")
                .json()
                .get("value")
                .stringValue();

        assertThat(client(viewer).post(PATH, "{'name':'more'}").status()).isEqualTo(403);
        assertThat(client(owner)
                        .post(PATH, "{'name':'more','scope':'installation'}")
                        .status())
                .isEqualTo(400);
        assertThat(client(owner).post(PATH, "{'name':'same'}").status()).isEqualTo(200);
    }

    @Test
    void refusesStrangersAndOrdinaryKeysInTheEnvelope() {
        Answer nobody = client("").get(PATH);
        Answer unknown = client("sk-admin-nobody").get(PATH);
        Answer ordinary = client(TestGateway.KEY).get(PATH);

        assertThat(nobody.status()).isEqualTo(401);
        assertThat(nobody.header("WWW-Authenticate")).contains("Bearer");
        assertThat(unknown.json().at("/error/code").stringValue()).isEqualTo("invalid_api_key");
        assertThat(ordinary.status()).isEqualTo(403);
        assertThat(ordinary.json().get("error").propertyNames()).containsExactly("message", "type", "param", "code");
        assertThat(client(OPERATOR).get("/v1/models").status()).isEqualTo(401);
    }

    @Test
    void answersAsTheRestOfTheApiDoes() {
        Answer unknownPath = operator.get("/v1/organization/nothing");
        Answer wrongMethod = operator.send(PATH, request -> request.DELETE());
        Answer noJson = operator.send(
                PATH, request -> request.POST(java.net.http.HttpRequest.BodyPublishers.ofString("name=x")));
        Answer misspelt = operator.post(PATH, "{'name':'x','nane':'y'}");
        Answer tooMany = operator.get(PATH + "?limit=101");

        assertThat(unknownPath.status()).isEqualTo(404);
        assertThat(unknownPath.json().at("/error/code").stringValue()).isEqualTo("unknown_url");
        assertThat(wrongMethod.status()).isEqualTo(405);
        assertThat(wrongMethod.header("Allow")).contains("GET, POST");
        assertThat(noJson.status()).isEqualTo(415);
        assertThat(misspelt.header("molink-ignored-fields")).contains("nane");
        assertThat(tooMany.json().at("/error/param").stringValue()).isEqualTo("limit");
        for (Answer answer : new Answer[] {unknownPath, wrongMethod, noJson, misspelt, tooMany}) {
            assertThat(answer.header("x-request-id")).isPresent();
            assertThat(answer.header("openai-processing-ms")).isPresent();
            assertThat(answer.header("openai-version")).contains("2020-10-01");
        }
    }

    @Test
    void leavesARowInTheAuditLog() {
        Answer created = operator.post(PATH, "{'name':'audited'}");
        String id = created.json().get("id").stringValue();

        JsonNode rows = operator.get("/v1/organization/audit_logs?resource_ids[]=%s"
                        .formatted(id)
                        .replace("[", "%5B")
                        .replace("]", "%5D"))
                .json()
                .get("data");

        assertThat(rows.size()).isEqualTo(1);
        assertThat(rows.at("/0/type").stringValue()).isEqualTo("api_key.created");
        assertThat(rows.at("/0/request_id").stringValue())
                .isEqualTo(created.header("x-request-id").orElseThrow());
        assertThat(rows.at("/0/api_key.created/data/name").stringValue()).isEqualTo("audited");
        assertThat(rows.toString()).doesNotContain(created.json().get("value").stringValue());
    }

    private static Stream<String> ids(JsonNode list) {
        return list.get("data").valueStream().map(each -> each.get("id").stringValue());
    }

    private static JsonNode json(String text) {
        return tools.jackson.databind.json.JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    private static ApiClient client(String key) {
        return new ApiClient(gateway.port(), key);
    }
}
