package dev.molink.gateway.organization;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.TestGateway;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code /v1/organization/projects} with service accounts and keys, in OpenAI's shapes. */
class ProjectsTests {

    private static final String PATH = "/v1/organization/projects";
    private static final String OPERATOR = "operator-of-the-test";

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static ApiClient admin;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(folder, Map.of("MOLINK_DEMO_ADMIN_KEY", OPERATOR));
        admin = new ApiClient(gateway.port(), OPERATOR);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void createsShowsRenamesAndArchivesAProject() {
        JsonNode created = admin.post(PATH, "{'name':' search '}").json();
        String id = text(created, "id");
        JsonNode shown = admin.get(PATH + "/" + id).json();
        JsonNode renamed = admin.post(PATH + "/" + id, "{'name':'retrieval'}").json();
        JsonNode archived = admin.send(PATH + "/" + id + "/archive", request -> request.POST(BodyPublishers.noBody()))
                .json();

        assertThat(created.propertyNames())
                .containsExactlyInAnyOrder("object", "id", "name", "created_at", "archived_at", "status");
        assertThat(text(created, "object")).isEqualTo("organization.project");
        assertThat(text(created, "name")).isEqualTo("search");
        assertThat(text(created, "status")).isEqualTo("active");
        assertThat(created.get("archived_at").isNull()).isTrue();
        assertThat(shown).isEqualTo(created);
        assertThat(text(renamed, "name")).isEqualTo("retrieval");
        assertThat(text(archived, "status")).isEqualTo("archived");
        assertThat(archived.get("archived_at").longValue())
                .isGreaterThanOrEqualTo(created.get("created_at").longValue());
        assertThat(admin.get(PATH + "?limit=100").body()).doesNotContain(id);
        assertThat(admin.get(PATH + "?limit=100&include_archived=true").body()).contains(id);
        assertThat(admin.get(PATH + "?include_archived=perhaps")
                        .json()
                        .at("/error/param")
                        .stringValue())
                .isEqualTo("include_archived");
    }

    @Test
    void anArchivedProjectsKeysStopAndItTakesNoNewOnes() {
        String id = project("archived");
        String key = text(
                admin.post("/admin/v1/projects/" + id + "/api_keys", "{'name':'k'}")
                        .json(),
                "value");
        int before = new ApiClient(gateway.port(), key).get("/v1/models").status();

        admin.post(PATH + "/" + id + "/archive", "{}");

        assertThat(before).isEqualTo(200);
        Answer refused = new ApiClient(gateway.port(), key).get("/v1/models");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.json().at("/error/code").stringValue()).isEqualTo("invalid_api_key");
        Answer newKey = admin.post("/admin/v1/projects/" + id + "/api_keys", "{'name':'k2'}");
        assertThat(newKey.status()).isEqualTo(400);
        assertThat(newKey.json().at("/error/message").stringValue())
                .isEqualTo("The project 'archived' is archived and takes no new API keys.");
        assertThat(admin.post(PATH + "/" + id + "/service_accounts", "{'name':'bot'}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aServiceAccountComesWithAKeyThatIsShownOnce() {
        String path = PATH + "/" + project("accounts") + "/service_accounts";

        JsonNode created =
                admin.post(path, "{'name':'indexer','expires_in_seconds':600}").json();
        String account = text(created, "id");
        JsonNode key = created.get("api_key");
        JsonNode shown = admin.get(path + "/" + account).json();

        assertThat(text(created, "object")).isEqualTo("organization.project.service_account");
        assertThat(account).startsWith("svc_acct_");
        assertThat(text(created, "role")).isEqualTo("member");
        assertThat(text(key, "object")).isEqualTo("organization.project.service_account.api_key");
        assertThat(text(key, "name")).isEqualTo("Secret Key");
        assertThat(key.get("expires_at").longValue() - key.get("created_at").longValue())
                .isEqualTo(600);
        assertThat(new ApiClient(gateway.port(), text(key, "value"))
                        .get("/v1/models")
                        .status())
                .isEqualTo(200);
        assertThat(shown.propertyNames()).containsExactlyInAnyOrder("object", "id", "name", "role", "created_at");
        assertThat(admin.get(path).body()).contains(account).doesNotContain(text(key, "value"));
        assertThat(text(admin.post(path + "/" + account, "{'role':'owner'}").json(), "role"))
                .isEqualTo("owner");
        assertThat(text(admin.get(path + "/" + account).json(), "name")).isEqualTo("indexer");
    }

    @Test
    void deletingAServiceAccountRevokesAllItsKeys() {
        String project = project("deleted accounts");
        String path = PATH + "/" + project + "/service_accounts";
        JsonNode created = admin.post(path, "{'name':'bot'}").json();
        String account = text(created, "id");
        String first = text(created.get("api_key"), "value");
        JsonNode more = admin.send(path + "/" + account + "/api_keys", request -> request.POST(BodyPublishers.noBody()))
                .json();
        String second = text(more, "value");
        JsonNode listed = admin.get(PATH + "/" + project + "/api_keys").json();

        Answer deleted = admin.send(path + "/" + account, HttpRequest.Builder::DELETE);

        assertThat(listed.get("data").size()).isEqualTo(2);
        assertThat(text(listed.at("/data/0/owner"), "type")).isEqualTo("service_account");
        assertThat(text(listed.at("/data/0/owner/service_account"), "id")).isEqualTo(account);
        assertThat(text(deleted.json(), "object")).isEqualTo("organization.project.service_account.deleted");
        assertThat(deleted.json().get("deleted").booleanValue()).isTrue();
        assertThat(new ApiClient(gateway.port(), first).get("/v1/models").status())
                .isEqualTo(401);
        assertThat(new ApiClient(gateway.port(), second).get("/v1/models").status())
                .isEqualTo(401);
        assertThat(admin.get(path + "/" + account).status()).isEqualTo(404);
        assertThat(admin.get(PATH + "/" + project + "/api_keys")
                        .json()
                        .get("data")
                        .size())
                .isZero();
    }

    @Test
    void anAccountAloneHasNoKey() {
        String path = PATH + "/" + project("alone") + "/service_accounts";

        JsonNode created = admin.post(path, "{'name':'bot','create_service_account_only':true}")
                .json();

        assertThat(created.has("api_key")).isFalse();
    }

    @Test
    void showsAndDeletesAKey() {
        String project = project("keys");
        JsonNode made = admin.post("/admin/v1/projects/" + project + "/api_keys", "{'name':'laptop'}")
                .json();
        String path = PATH + "/" + project + "/api_keys/" + text(made, "id");

        JsonNode shown = admin.get(path).json();
        Answer deleted = admin.send(path, HttpRequest.Builder::DELETE);

        assertThat(shown.propertyNames())
                .containsExactlyInAnyOrder(
                        "object", "redacted_value", "name", "created_at", "last_used_at", "expires_at", "id", "owner");
        assertThat(text(shown, "object")).isEqualTo("organization.project.api_key");
        assertThat(text(shown, "redacted_value")).startsWith("sk-live-").contains("…");
        assertThat(text(shown.get("owner"), "type")).isEqualTo("user");
        assertThat(text(deleted.json(), "object")).isEqualTo("organization.project.api_key.deleted");
        assertThat(admin.get(path).status()).isEqualTo(404);
        assertThat(new ApiClient(gateway.port(), text(made, "value"))
                        .get("/v1/models")
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'' | {} | 400 | name | missing_required_parameter",
                "'' | {'name':7} | 400 | name | invalid_type",
                "'' | {'name':' '} | 400 | name | invalid_value",
                "'' | {'name':'a\\nb'} | 400 | name | invalid_value",
                "'' | {'name':'taken'} | 409 | name | conflict",
                "/ID | {} | 400 | name | missing_required_parameter",
                "/ID | {'name':'taken'} | 409 | name | conflict",
                "/ID/service_accounts | {} | 400 | name | missing_required_parameter",
                "/ID/service_accounts | {'name':'x','role':'king'} | 400 | role | invalid_value",
                "/ID/service_accounts | {'name':'x','role':7} | 400 | role | invalid_type",
                "/ID/service_accounts | {'name':'x','expires_in_seconds':0} | 400 | expires_in_seconds | below_min_value",
                "/ID/service_accounts | {'name':'x','expires_in_seconds':31536001} | 400 | expires_in_seconds | above_max_value",
                "/ID/service_accounts | {'name':'x','create_service_account_only':'yes'} | 400 | create_service_account_only | invalid_type",
                "/ID/service_accounts | {'name':'x','create_service_account_only':true,'expires_in_seconds':5} | 400 | expires_in_seconds | invalid_value",
            })
    void refusesABadBodyByField(String path, String body, int status, String param, String code) {
        admin.post(PATH, "{'name':'taken'}");
        String id = project("bad bodies " + System.nanoTime());

        Answer answer = admin.post(PATH + path.replace("''", "").replace("ID", id), body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json().at("/error/param").stringValue()).isEqualTo(param);
        assertThat(answer.json().at("/error/code").stringValue()).isEqualTo(code);
        assertThat(answer.json().get("error").propertyNames()).containsExactly("message", "type", "param", "code");
    }

    @Test
    void leavesRowsInTheAuditLog() {
        String id = project("audited");
        admin.post(PATH + "/" + id, "{'name':'audited twice'}");
        admin.post(PATH + "/" + id + "/archive", "{}");

        JsonNode rows = admin.get("/v1/organization/audit_logs?resource_ids%5B%5D=" + id)
                .json()
                .get("data");

        assertThat(rows.valueStream().map(row -> text(row, "type")))
                .containsExactlyInAnyOrder("project.created", "project.updated", "project.archived");
    }

    private static String project(String name) {
        return text(admin.post(PATH, "{'name':'%s'}".formatted(name)).json(), "id");
    }

    private static String text(JsonNode object, String field) {
        return object.get(field).stringValue();
    }
}
