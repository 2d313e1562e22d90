package dev.molink.gateway.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.LinkTraffic;
import dev.molink.proto.node.v1.StageFigures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The management port: closed without its token, and what it tells and does with it (C100, C107). */
class ManagementTests {

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static ApiClient management;

    @BeforeAll
    static void start() throws IOException {
        gateway = TestGateway.start(folder);
        management = new ApiClient(
                gateway.managementPort(), Files.readString(tokenFile()).strip());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void keepsTheTokenReadableByItsOwnerOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tokenFile())))
                .isEqualTo("rw-------");
    }

    /** C107 */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator",
                "/actuator/health",
                "/actuator/health/liveness",
                "/actuator/health/readiness",
                "/actuator/prometheus",
                "/actuator/info",
                "/actuator/metrics",
                "/actuator/keys",
                "/actuator/peppers",
                "/actuator/projects"
            })
    void refusesStrangersEverywhere(String path) {
        assertThat(new ApiClient(gateway.managementPort(), "").get(path).status())
                .isEqualTo(401);
        assertThat(new ApiClient(gateway.managementPort(), TestGateway.KEY)
                        .get(path)
                        .status())
                .isEqualTo(401);
        assertThat(management.get(path).status()).isIn(200, 503);
    }

    @Test
    void takesTheTokenAsPasswordOfBasicAccess() throws IOException {
        String credentials = Base64.getEncoder()
                .encodeToString(("any:" + Files.readString(tokenFile()).strip()).getBytes(StandardCharsets.UTF_8));

        Answer answer = new ApiClient(gateway.managementPort(), "")
                .send("/actuator/info", request -> request.header("Authorization", "Basic " + credentials));

        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void tellsVersionAndCommit() {
        Answer answer = management.get("/actuator/info");

        assertThat(answer.json().get("version").stringValue()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(answer.json().get("commit").stringValue()).isNotBlank();
    }

    @Test
    void rotatesThePepperWhileKeysOfTheOldOneGoOn() {
        String before = management
                .post("/actuator/keys", "{'name':'before'}")
                .json()
                .get("text")
                .stringValue();
        String old = current(management.get("/actuator/peppers").json());

        JsonNode added = management.post("/actuator/peppers", "").json();
        String next = added.at("/peppers/0/id").stringValue();
        JsonNode activated = management.post("/actuator/peppers/" + next, "").json();
        String after = management
                .post("/actuator/keys", "{'name':'after'}")
                .json()
                .get("text")
                .stringValue();
        Answer needed = management.send("/actuator/peppers/" + old, request -> request.DELETE());
        Answer unknown = management.post("/actuator/peppers/none", "");

        assertThat(current(added)).isEqualTo(old);
        assertThat(current(activated)).isEqualTo(next);
        assertThat(new ApiClient(gateway.port(), before).get("/v1/models").status())
                .isEqualTo(200);
        assertThat(new ApiClient(gateway.port(), after).get("/v1/models").status())
                .isEqualTo(200);
        assertThat(needed.status()).isEqualTo(400);
        assertThat(needed.json().get("error").stringValue()).contains("must stay", "still work need it");
        assertThat(unknown.status()).isEqualTo(404);
    }

    private static String current(JsonNode peppers) {
        return peppers.get("peppers")
                .valueStream()
                .filter(pepper -> pepper.get("current").booleanValue())
                .map(pepper -> pepper.get("id").stringValue())
                .findFirst()
                .orElseThrow();
    }

    /** C100: alive at once, ready while a pipeline serves */
    @Test
    void isReadyOnlyWhileAPipelineServes() {
        ApiClient probe = new ApiClient(gateway.port(), "");

        assertThat(management.get("/actuator/health/liveness").status()).isEqualTo(200);
        assertThat(management.get("/actuator/health/readiness").status()).isEqualTo(503);
        assertThat(probe.get("/livez").status()).isEqualTo(200);
        assertThat(probe.get("/readyz").status()).isEqualTo(503);
        try (ScriptedNode node = gateway.node(answer -> {})) {
            await().untilAsserted(() -> assertThat(
                            management.get("/actuator/health/readiness").status())
                    .isEqualTo(200));
            assertThat(probe.get("/readyz").body()).contains("UP").doesNotContain(ScriptedNode.MODEL);
            assertThat(node.isOpen()).isTrue();
        }
        await().untilAsserted(() -> assertThat(
                        management.get("/actuator/health/readiness").status())
                .isEqualTo(503));
    }

    @Test
    void countsRequestsAndTokensForPrometheus() {
        try (ScriptedNode node = gateway.node(answer -> {
            answer.say(0, "Hello").stop(0);
            answer.report();
        })) {
            new ApiClient(gateway.port(), TestGateway.KEY)
                    .post("/v1/completions", "{'model':'molink-demo','prompt':'Hi'}");
            node.nextAcknowledgement();
        }

        String metrics = management.get("/actuator/prometheus").body();

        assertThat(metrics)
                .contains("molink_gateway_requests_total{", "gen_ai_server_tokens_total{")
                .contains("gen_ai_server_time_to_first_token_seconds_count{")
                .contains("gen_ai_server_request_duration_seconds_count{");
    }

    @Test
    void tellsHowAHeadRunsItsLinks() {
        EngineFigures figures = EngineFigures.newBuilder()
                .setCodec("bf16")
                .setCodecReason("bf16: the link from stage 0 to 1 carries 800 Mbit/s")
                .setTransmitPolicy("fair")
                .addStages(StageFigures.newBuilder()
                        .setLinkBytesPerSecond(100_000_000)
                        .setLinkTraffic(LinkTraffic.newBuilder()
                                .setBusyShare(0.5)
                                .setPrefillBytes(77)
                                .setDecodeWaitP99Nanos(2_500_000)))
                .build();
        try (ScriptedNode node = gateway.node(answer -> {})) {
            node.fallSilent();
            node.beat(figures);

            await().untilAsserted(() -> {
                JsonNode engine = management.get("/actuator/engines").json().at("/engines/0");
                assertThat(engine.path("codec").stringValue("")).isEqualTo("bf16");
                assertThat(engine.path("codecReason").stringValue("")).contains("800 Mbit/s");
                assertThat(engine.path("transmitPolicy").stringValue("")).isEqualTo("fair");
                assertThat(engine.at("/stages/0/link/prefillBytes").longValue()).isEqualTo(77);
                assertThat(engine.at("/stages/0/link/busyShare").doubleValue()).isEqualTo(0.5);
                assertThat(engine.at("/stages/0/link/decodeWaitP99Millis").doubleValue())
                        .isEqualTo(2.5);
            });
            assertThat(management.get("/actuator/prometheus").body())
                    .contains("molink_pipeline_wire{codec=\"bf16\",head=\"node-whole\",policy=\"fair\"} 1.0")
                    .contains("molink_link_bytes{class=\"prefill\",head=\"node-whole\",stage=\"0\"} 77.0");
        }
    }

    /** C85, C92: shown once, works at once, and stops within a second */
    @Test
    void createsListsAndRevokesKeys() {
        Answer created = management.post("/actuator/keys", "{'name':'laptop'}");
        String text = created.json().get("text").stringValue();
        String keyId = created.json().at("/key/keyId").stringValue();
        ApiClient client = new ApiClient(gateway.port(), text);

        assertThat(created.status()).as(created.body()).isEqualTo(200);
        assertThat(client.get("/v1/models").status()).isEqualTo(200);
        assertThat(management.get("/actuator/keys").body())
                .contains(keyId, "laptop")
                .doesNotContain(text);
        assertThat(created.json().at("/key/createdAt").stringValue()).matches("20\\d\\d-.*Z");

        Answer revoked = management.send("/actuator/keys/" + keyId, request -> request.DELETE());

        assertThat(revoked.status()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(1))
                .untilAsserted(
                        () -> assertThat(client.get("/v1/models").status()).isEqualTo(401));
    }

    /** C97: what is changed here is in the audit log as well, and the log is proved here */
    @Test
    void recordsWhatItChanges() {
        String admin = management
                .post("/actuator/adminkeys", "{'name':'first','role':'owner'}")
                .json()
                .get("text")
                .stringValue();
        String keyId = management
                .post("/actuator/keys", "{'name':'audited'}")
                .json()
                .at("/key/keyId")
                .stringValue();
        management.send("/actuator/keys/" + keyId, request -> request.DELETE());

        JsonNode rows = new ApiClient(gateway.port(), admin)
                .get("/v1/organization/audit_logs?resource_ids=" + keyId)
                .json()
                .get("data");
        JsonNode proof = management.get("/actuator/audit").json();

        assertThat(rows.valueStream().map(row -> row.get("type").stringValue()))
                .containsExactly("api_key.deleted", "api_key.created");
        assertThat(rows.at("/0/actor/system/id").stringValue()).isEqualTo("management-port");
        assertThat(proof.get("intact").booleanValue()).isTrue();
        assertThat(proof.get("sentence").stringValue()).contains("is intact");
    }

    @Test
    void recordsThatAPepperWasAdded() {
        String admin = management
                .post("/actuator/adminkeys", "{'name':'peppers'}")
                .json()
                .get("text")
                .stringValue();
        int before = management.get("/actuator/peppers").json().get("peppers").size();

        JsonNode peppers = management.post("/actuator/peppers", "{}").json().get("peppers");
        JsonNode row = new ApiClient(gateway.port(), admin)
                .get("/v1/organization/audit_logs?event_types=pepper.created")
                .json()
                .at("/data/0/pepper.created");

        assertThat(peppers.size()).isEqualTo(before + 1);
        assertThat(row.at("/changes_requested/peppers").stringValue())
                .contains(peppers.get(0).get("id").stringValue());
    }

    @Test
    void refusesAnAdminKeyThatCannotBe() {
        assertThat(management
                        .post("/actuator/adminkeys", "{'name':'x','role':'king'}")
                        .status())
                .isEqualTo(400);
        assertThat(management
                        .post("/actuator/adminkeys", "{'name':'x','organization':'nobody'}")
                        .status())
                .isEqualTo(404);
        assertThat(management
                        .post("/actuator/adminkeys", "{'name':'x','expiresInDays':0}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void refusesToRevokeWhatIsNotThere() {
        Answer answer = management.send("/actuator/keys/key_none", request -> request.DELETE());

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().get("error").stringValue()).contains("key_none");
    }

    @Test
    void refusesAKeyWithoutAName() {
        assertThat(management.post("/actuator/keys", "{}").status()).isEqualTo(400);
    }

    @Test
    void createsAKeyWithAScopeThatHoldsAndIsRecorded() {
        String admin = management
                .post("/actuator/adminkeys", "{'name':'scopes'}")
                .json()
                .get("text")
                .stringValue();

        Answer created = management.post("/actuator/keys", """
                {'name':'bounded','models':'molink-demo','endpoints':'/v1/models',
                 'ipRanges':'127.0.0.0/8,::1','expiresInDays':7}""");
        JsonNode key = created.json().get("key");
        ApiClient client =
                new ApiClient(gateway.port(), created.json().get("text").stringValue());
        JsonNode requested = new ApiClient(gateway.port(), admin)
                .get("/v1/organization/audit_logs?resource_ids="
                        + key.get("keyId").stringValue())
                .json()
                .at("/data/0/api_key.created");

        assertThat(key.get("models").toString()).isEqualTo("[\"molink-demo\"]");
        assertThat(key.get("endpoints").toString()).isEqualTo("[\"/v1/models\"]");
        assertThat(key.get("ipRanges").toString()).isEqualTo("[\"127.0.0.0/8\",\"::1\"]");
        assertThat(Duration.between(
                        Instant.parse(key.get("createdAt").stringValue()),
                        Instant.parse(key.get("expiresAt").stringValue())))
                .isCloseTo(Duration.ofDays(7), Duration.ofMinutes(1));
        assertThat(client.get("/v1/models").status()).isEqualTo(200);
        assertThat(client.post("/v1/chat/completions", "{}").status()).isEqualTo(403);
        assertThat(requested.toString()).contains("molink-demo", "/v1/models", "127.0.0.0/8, ::1", "expires_at");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    'models':''              | models must have from 1 to 32 entries
                    'endpoints':'models'     | endpoints cannot have 'models': an endpoint is a path
                    'ipRanges':'10.0.0.0/99' | ipRanges cannot have '10.0.0.0/99': '10.0.0.0/99' must have a prefix length
                    'expiresInDays':0        | expiresInDays must be from 1 to 3650, but it is 0
                    """, quoteCharacter = '`')
    void refusesAKeyThatCannotBe(String field, String sentence) {
        Answer refused = management.post("/actuator/keys", "{'name':'bounded'," + field + "}");

        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.json().get("error").stringValue()).startsWith(sentence);
    }

    @Test
    void saysWhichProjectsSharePrefixes() {
        JsonNode before = project("demo");
        String path = "/actuator/projects/" + before.get("projectId").stringValue();

        Answer shared = management.post(path, "{'sharesPrefixCache':true}");
        JsonNode after = project("demo");
        Answer apart = management.post(path, "{'sharesPrefixCache':false}");

        assertThat(before.get("sharesPrefixCache").booleanValue()).isFalse();
        assertThat(shared.status()).as(shared.body()).isEqualTo(200);
        assertThat(shared.json()).isEqualTo(after);
        assertThat(after.get("sharesPrefixCache").booleanValue()).isTrue();
        assertThat(apart.json().get("sharesPrefixCache").booleanValue()).isFalse();
    }

    @Test
    void refusesToChangeAProjectThatIsNotThereOrByHalves() {
        Answer unknown = management.post("/actuator/projects/proj_none", "{'sharesPrefixCache':true}");
        Answer silent = management.post(
                "/actuator/projects/" + project("demo").get("projectId").stringValue(), "{}");

        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().get("error").stringValue()).contains("proj_none");
        assertThat(silent.status()).isEqualTo(400);
    }

    private static JsonNode project(String name) {
        return management
                .get("/actuator/projects")
                .json()
                .get("projects")
                .valueStream()
                .filter(project -> project.get("name").stringValue().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Path tokenFile() {
        return folder.resolve("gateway").resolve(ManagementToken.FILE);
    }
}
