package dev.molink.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.controlplane.access.Role;
import dev.molink.controlplane.accounts.Accounts;
import dev.molink.gateway.management.ManagementToken;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.RawHttp;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.proto.node.v1.FailureCode;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * C93: what clients send in confidence, and secrets, are looked for wherever they could leak to: in logs with everything of
 * ours switched on, error bodies, metrics, observations (of which traces are made), the database, the audit log and every
 * file of the gateway.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CanaryTests {

    private static final String PROMPT = "canaryprompt7319";
    private static final String COMPLETION = "canarycompletion7319";
    private static final String API_KEY = "canary-api-key-7319";
    private static final String UNKNOWN_KEY = "sk-live-canaryunknown7319";
    private static final String ADMIN_KEY = "canary-admin-key-7319";
    private static final String PASSWORD = "canary-password-7319";
    private static final String WRONG_TYPE = "canaryfield7319";

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static String log = "";
    private static final List<String> SECRETS =
            new ArrayList<>(List.of(PROMPT, COMPLETION, API_KEY, UNKNOWN_KEY, ADMIN_KEY, PASSWORD, WRONG_TYPE));
    private static final List<String> ERRORS = new ArrayList<>();
    private static final List<String> OBSERVED = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void start() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("MOLINK_DEMO_API_KEY", API_KEY);
        settings.put("MOLINK_DEMO_ADMIN_KEY", ADMIN_KEY);
        settings.put("MOLINK_DEMO_CONSOLE_PASSWORD", PASSWORD);
        settings.put("logging.level.dev.molink", "trace");
        gateway = TestGateway.start(folder, settings);
        gateway.bean(ObservationRegistry.class).observationConfig().observationHandler(new Recorder());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Everything that could make the gateway repeat what it was told. The other tests look for it. */
    @Test
    @Order(1)
    void useTheGatewayInEveryWay(CapturedOutput output) throws Exception {
        try (ScriptedNode node = gateway.node(answer -> {
            if (answer.request().getPromptTokenIdsCount() % 2 == 0) {
                answer.say(0, COMPLETION).fail(FailureCode.FAILURE_CODE_INTERNAL);
            } else {
                answer.say(0, COMPLETION).stop(0);
                answer.report();
            }
        })) {
            generate();
            assertThat(node.isOpen()).isTrue();
        }
        administer();
        authenticateWrongly();
        gateway.bean(Accounts.class).authenticate("admin", PASSWORD + "x");
        gateway.bean(Accounts.class).keep("canary", PASSWORD, Role.VIEWER);

        assertThat(ERRORS).hasSizeGreaterThan(10);
        log = output.getAll();
    }

    @Test
    @Order(2)
    void noErrorBodyHasThem() {
        assertThat(ERRORS).allSatisfy(CanaryTests::assertClean);
    }

    @Test
    @Order(2)
    void noLogHasThem() {
        assertThat(log).contains("the head ended before every choice did");
        assertClean(log);
    }

    @Test
    @Order(2)
    void noMetricHasThem() throws IOException {
        String token = Files.readString(folder.resolve("gateway").resolve(ManagementToken.FILE))
                .strip();
        ApiClient management = new ApiClient(gateway.managementPort(), token);

        for (String path : List.of(
                "/actuator/prometheus",
                "/actuator/metrics",
                "/actuator/health",
                "/actuator/info",
                "/actuator/usage",
                "/actuator/keys",
                "/actuator/audit",
                "/actuator/fleet",
                "/actuator/engines")) {
            Answer answer = management.get(path);
            assertThat(answer.status()).as(path).isIn(200, 503);
            assertClean(answer.body());
        }
    }

    @Test
    @Order(2)
    void noObservationHasThem() {
        assertThat(OBSERVED).isNotEmpty().allSatisfy(CanaryTests::assertClean);
    }

    @Test
    @Order(2)
    void neitherTheAuditLogNorAnyOtherTableHasThem() {
        List<String> dump = everyRow();
        Answer audit = new ApiClient(gateway.port(), ADMIN_KEY).get("/v1/organization/audit_logs?limit=100");

        assertThat(String.join("\n", dump)).containsIgnoringCase("AUDIT_ENTRY").contains("api_key.created");
        assertThat(audit.status()).isEqualTo(200);
        assertClean(audit.body());
        assertThat(dump).allSatisfy(CanaryTests::assertClean);
    }

    @Test
    @Order(3)
    void noFileHasThem() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(secretsIn(file)).as(file.toString()).isEmpty());
        }
    }

    private static void generate() throws Exception {
        ApiClient api = new ApiClient(gateway.port(), API_KEY);
        String completion = "{'model':'molink-demo','prompt':'%s','max_tokens':40%s}";
        for (String more : List.of("", ",'stream':true", ",'temperature':9", ",'nonsense':'" + WRONG_TYPE + "'")) {
            note(api.post("/v1/completions", completion.formatted(PROMPT, more)));
            note(api.post("/v1/completions", completion.formatted(PROMPT + " a", more)));
        }
        note(api.post(
                "/v1/chat/completions",
                "{'model':'molink-demo','messages':[{'role':'user','content':'%s'}],'user':'%s'}"
                        .formatted(PROMPT, "label")));
        note(api.post("/v1/completions", "{'prompt':'%s', broken".formatted(PROMPT)));
        note(api.post("/v1/completions", "{'model':'molink-demo','prompt':{'%s':1}}".formatted(WRONG_TYPE)));
        note(api.post("/v1/completions", "{'model':'none','prompt':'%s'}".formatted(PROMPT)));
        note(api.post(
                "/v1/completions", "{'model':'molink-demo','prompt':'%s'}".formatted((PROMPT + " ").repeat(3000))));
        note(api.post("/v1/chat/completions", "{'model':'molink-demo','messages':'%s'}".formatted(WRONG_TYPE)));
        note(api.post(
                "/v1/chat/completions",
                "{'model':'molink-demo','messages':[{'role':'%s','content':'%s'}]}".formatted(WRONG_TYPE, PROMPT)));
        try (RawHttp gone = new RawHttp(gateway.port())) {
            gone.send("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + API_KEY
                    + "\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{\"prompt\":\"" + PROMPT);
        }
    }

    private static void administer() {
        ApiClient admin = new ApiClient(gateway.port(), ADMIN_KEY);
        String path = "/v1/organization/admin_api_keys";
        Answer created = admin.post(path, "{'name':'made'}");
        SECRETS.add(created.json().get("value").stringValue());
        Answer project = admin.post("/v1/organization/projects", "{'name':'canaries'}");
        assertThat(project.status()).as(project.body()).isBetween(200, 299);
        String accounts = "/v1/organization/projects/%s/service_accounts"
                .formatted(project.json().get("id").stringValue());
        Answer account = admin.post(accounts, "{'name':'made'}");
        SECRETS.add(account.json().at("/api_key/value").stringValue());
        note(admin.post(path, "{'name':{'%s':1}}".formatted(WRONG_TYPE)));
        note(admin.post(path, "{'name':'x','role':['%s']}".formatted(WRONG_TYPE)));
        note(admin.post(path, "{'password':'%s', broken".formatted(PASSWORD)));
        note(admin.post("/admin/v1/accounts", "{'login':'x','password':{'%s':1}}".formatted(PASSWORD)));
        note(admin.post("/admin/v1/nothing", "{'password':'%s'}".formatted(PASSWORD)));
    }

    private static void authenticateWrongly() throws IOException {
        for (String key : List.of(UNKNOWN_KEY, UNKNOWN_KEY + "x".repeat(600), API_KEY, ADMIN_KEY, ADMIN_KEY + "x")) {
            for (String path : List.of("/v1/organization/admin_api_keys", "/v1/models", "/admin/v1/nothing")) {
                note(new ApiClient(gateway.port(), key).get(path));
            }
            note(new ApiClient(gateway.managementPort(), key).get("/actuator/keys"));
        }
        try (RawHttp basic = new RawHttp(gateway.port())) {
            ERRORS.add(basic.send(
                            "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Basic "
                                    + UNKNOWN_KEY + "\r\n\r\n")
                    .answer());
        }
    }

    /** Error answers; what a good one holds is for its asker. */
    private static void note(Answer answer) {
        if (answer.status() >= 400) {
            ERRORS.add(answer.headers().map() + " " + answer.body());
        }
    }

    private static List<String> everyRow() {
        JdbcClient database = gateway.bean(JdbcClient.class);
        return database
                .sql("SELECT table_name FROM information_schema.tables WHERE LOWER(table_schema) = 'public'")
                .query(String.class)
                .list()
                .stream()
                .flatMap(table -> database
                        .sql("SELECT * FROM \"%s\"".formatted(table))
                        .query((row, number) -> table + " " + values(row))
                        .list()
                        .stream())
                .toList();
    }

    private static List<String> values(ResultSet row) throws SQLException {
        List<String> values = new ArrayList<>();
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            values.add(
                    row.getObject(column) instanceof byte[] bytes
                            ? new String(bytes, StandardCharsets.ISO_8859_1)
                            : String.valueOf(row.getString(column)));
        }
        return values;
    }

    private static void assertClean(String text) {
        assertThat(secretsIn(text)).isEmpty();
    }

    private static List<String> secretsIn(String text) {
        return SECRETS.stream().filter(text::contains).toList();
    }

    private static List<String> secretsIn(Path file) {
        try {
            return secretsIn(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Keeps all that an exporter of traces would see. */
    private static final class Recorder implements ObservationHandler<Observation.Context> {

        @Override
        public void onStop(Observation.Context context) {
            OBSERVED.add("%s %s %s %s"
                    .formatted(
                            context.getName(),
                            context.getContextualName(),
                            context.getAllKeyValues(),
                            context.getError()));
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
