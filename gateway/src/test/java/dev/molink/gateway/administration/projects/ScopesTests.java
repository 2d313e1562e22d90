package dev.molink.gateway.administration.projects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Keys with scopes: made under {@code /admin/v1}, used on the API. The gateway trusts proxies. */
class ScopesTests {

    private static final String OPERATOR = "operator-of-the-test";
    private static final String CHAT =
            "{'model':'molink-demo','messages':[{'role':'user','content':'Hello'}],'max_tokens':5}";
    private static final String COMPLETION = "{'model':'molink-demo','prompt':'Hello','max_tokens':5}";

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static ScriptedNode node;
    private static ApiClient admin;
    private static String keysPath;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(
                folder,
                Map.of(
                        "MOLINK_DEMO_ADMIN_KEY",
                        OPERATOR,
                        "molink.gateway.http.trusted-proxies",
                        "127.0.0.1,10.0.0.0/8"));
        node = gateway.node(answer -> {
            answer.say(0, "Hello").stop(0);
            answer.report();
        });
        admin = new ApiClient(gateway.port(), OPERATOR);
        String project = admin.post("/v1/organization/projects", "{'name':'scopes'}")
                .json()
                .get("id")
                .stringValue();
        admin.post("/admin/v1/projects/" + project, "{'billed':false}");
        keysPath = "/admin/v1/projects/" + project + "/api_keys";
    }

    @AfterAll
    static void stop() {
        node.close();
        gateway.close();
    }

    @Test
    void aKeyForOneEndpointIsRefusedAtOthersByName() {
        ApiClient client = client(made("'endpoints':['/v1/chat/completions','/v1/models']"));

        Answer allowed = client.post("/v1/chat/completions", CHAT);
        Answer refused = client.post("/v1/completions", COMPLETION);

        assertThat(allowed.status()).as(allowed.body()).isEqualTo(200);
        assertThat(client.get("/v1/models/molink-demo").status()).isEqualTo(200);
        assertForbidden(
                refused, "This API key may not be used for this endpoint; it allows /v1/chat/completions, /v1/models.");
        assertForbidden(
                client.post("/generate", "{'prompt':'x'}"),
                "This API key may not be used for this endpoint; it allows /v1/chat/completions, /v1/models.");
        assertThat(client.post("/v1/chat/completions/none", CHAT).status()).isEqualTo(404);
    }

    @Test
    void aModelOutsideTheScopeIsNotThere() {
        ApiClient client = client(made("'models':['another']"));

        Answer refused = client.post("/v1/chat/completions", CHAT);
        Answer unknown = client.post("/v1/chat/completions", CHAT.replace("molink-demo", "molink-none"));

        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.json().at("/error/code").stringValue()).isEqualTo("model_not_found");
        assertThat(refused.json().at("/error/message").stringValue())
                .isEqualTo(unknown.json().at("/error/message").stringValue().replace("molink-none", "molink-demo"));
        assertThat(client.post("/v1/completions", COMPLETION).status()).isEqualTo(404);
        assertThat(client.get("/v1/models/molink-demo").status()).isEqualTo(404);
        assertThat(client.get("/v1/models").json().get("data").size()).isZero();
        assertThat(client(made("'models':['molink-demo']"))
                        .get("/v1/models")
                        .json()
                        .get("data")
                        .size())
                .isEqualTo(1);
        assertThat(client(made("'models':['molink-demo']"))
                        .post("/generate", "{'prompt':'x'}")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.9 | 200",
                "198.51.100.1, 203.0.113.9 | 200",
                "203.0.113.9, 10.1.2.3 | 200",
                "198.51.100.1 | 403",
                "203.0.113.9, 198.51.100.1 | 403",
                "203.0.113.9, 198.51.100.1, 10.1.2.3 | 403",
                "nonsense | 403",
                "203.0.113.9, | 403",
            })
    void aTrustedProxyTellsTheAddress(String forwardedFor, int status) {
        String key = made("'ip_ranges':['203.0.113.0/24','2001:db8::/32']")
                .get("value")
                .stringValue();

        Answer answer = new ApiClient(gateway.port(), key)
                .send("/v1/models", request -> request.header("X-Forwarded-For", forwardedFor));

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    }

    @Test
    void aKeyForOtherAddressesIsRefusedByName() {
        ApiClient client = client(made("'ip_ranges':['203.0.113.0/24','2001:db8::/32']"));

        assertForbidden(
                client.get("/v1/models"),
                "This API key may not be used from 127.0.0.1; it allows 203.0.113.0/24, 2001:db8::/32.");
    }

    @Test
    void rotatesAKeyWithAnOverlap() {
        JsonNode old = made("'endpoints':['/v1/models']");

        JsonNode next =
                admin.post(one(old) + "/rotate", "{'overlap_seconds':600}").json();
        JsonNode oldNow = admin.get(one(old)).json();

        assertThat(client(old).get("/v1/models").status()).isEqualTo(200);
        assertThat(client(next).get("/v1/models").status()).isEqualTo(200);
        assertThat(next.get("endpoints")).isEqualTo(old.get("endpoints"));
        assertThat(oldNow.get("replaced_by")).isEqualTo(next.get("id"));
        assertThat(oldNow.get("expires_at").longValue() - next.get("created_at").longValue())
                .isBetween(600L, 602L);
        Answer again = admin.post(one(old) + "/rotate", "{}");
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.json().at("/error/message").stringValue()).contains("took its place");
        assertThat(admin.get("/admin/v1/api_keys?expires_within_days=1")
                        .json()
                        .get("data")
                        .valueStream()
                        .map(key -> key.get("id")))
                .contains(old.get("id"))
                .doesNotContain(next.get("id"));

        admin.post(one(next) + "/rotate", "");

        assertThat(client(next).get("/v1/models").status()).isEqualTo(401);
    }

    @Test
    void revokesAKeyAndShowsItsTextNeverAgain() {
        JsonNode made = made("'expires_in_seconds':600");

        Answer deleted = admin.send(one(made), HttpRequest.Builder::DELETE);

        assertThat(deleted.json().get("object").stringValue()).isEqualTo("api_key.deleted");
        assertThat(client(made).get("/v1/models").status()).isEqualTo(401);
        assertThat(admin.get(one(made)).json().get("revoked_at").isNull()).isFalse();
        assertThat(admin.get(keysPath + "?limit=100").body())
                .contains(made.get("id").stringValue())
                .doesNotContain(made.get("value").stringValue(), "\"value\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{} | name | missing_required_parameter",
                "{'name':'k','models':'x'} | models | invalid_type",
                "{'name':'k','models':[]} | models | empty_array",
                "{'name':'k','models':['ok',7]} | models[1] | invalid_type",
                "{'name':'k','models':[' ']} | models[0] | invalid_value",
                "{'name':'k','endpoints':['/v1/models','v1']} | endpoints[1] | invalid_value",
                "{'name':'k','ip_ranges':['10.0.0.0/8','10.0.0.1/8']} | ip_ranges[1] | invalid_value",
                "{'name':'k','ip_ranges':['localhost']} | ip_ranges[0] | invalid_value",
                "{'name':'k','expires_in_seconds':0} | expires_in_seconds | below_min_value",
                "{'name':'k','expires_in_seconds':1.5} | expires_in_seconds | invalid_type",
                "{'name':'k','expires_in_seconds':9223372036854775808} | expires_in_seconds | above_max_value",
                "{'name':'k','service_account_id':7} | service_account_id | invalid_type",
            })
    void refusesABadKeyByField(String body, String param, String code) {
        Answer answer = admin.post(keysPath, body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().at("/error/param").stringValue()).isEqualTo(param);
        assertThat(answer.json().at("/error/code").stringValue()).isEqualTo(code);
    }

    @Test
    void refusesWhatIsNotThereAndBadRotations() {
        JsonNode made = made("'models':['molink-demo']");
        Answer account = admin.post(keysPath, "{'name':'k','service_account_id':'svc_acct_none'}");
        Answer overlap = admin.post(one(made) + "/rotate", "{'overlap_seconds':2592001}");
        Answer days = admin.get("/admin/v1/api_keys");

        assertThat(account.status()).isEqualTo(404);
        assertThat(account.json().at("/error/param").stringValue()).isEqualTo("service_account_id");
        assertThat(overlap.status()).isEqualTo(400);
        assertThat(overlap.json().at("/error/param").stringValue()).isEqualTo("overlap_seconds");
        assertThat(days.json().at("/error/param").stringValue()).isEqualTo("expires_within_days");
        assertThat(admin.get("/admin/v1/api_keys/key_none").status()).isEqualTo(404);
    }

    @Test
    void onlyTheOperatorSaysWhetherAProjectIsBilled() {
        String project = admin.post("/v1/organization/projects", "{'name':'billing'}")
                .json()
                .get("id")
                .stringValue();
        String path = "/admin/v1/projects/" + project;
        ApiClient owner = client(admin.post("/v1/organization/admin_api_keys", "{'name':'tenant','role':'owner'}")
                .json());

        Answer refused = owner.post(path, "{'billed':false}");
        Answer shared = owner.post(path, "{'shares_prefix_cache':true}");
        Answer unbilled = admin.post(path, "{'billed':false}");

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.json().at("/error/param").stringValue()).isEqualTo("billed");
        assertThat(shared.json().get("billed").booleanValue()).isTrue();
        assertThat(shared.json().get("shares_prefix_cache").booleanValue()).isTrue();
        assertThat(unbilled.json().get("billed").booleanValue()).isFalse();
        assertThat(owner.get(path).json().get("billed").booleanValue()).isFalse();
        assertThat(admin.post(path, "{'billed':'no'}").json().at("/error/param").stringValue())
                .isEqualTo("billed");
    }

    private static JsonNode made(String fields) {
        Answer made = admin.post(keysPath, "{'name':'scoped',%s}".formatted(fields));
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        return made.json();
    }

    private static ApiClient client(JsonNode key) {
        return new ApiClient(gateway.port(), key.get("value").stringValue());
    }

    private static String one(JsonNode key) {
        return "/admin/v1/api_keys/" + key.get("id").stringValue();
    }

    private static void assertForbidden(Answer answer, String message) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(403);
        assertThat(answer.json().get("error").propertyNames()).containsExactly("message", "type", "param", "code");
        assertThat(answer.json().at("/error/code").stringValue()).isEqualTo("forbidden");
        assertThat(answer.json().at("/error/message").stringValue()).isEqualTo(message);
    }
}
