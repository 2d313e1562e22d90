package dev.molink.gateway.administration.profit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.DemoText;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.proto.node.v1.EvidenceRecord;
import dev.molink.proto.node.v1.RowCounts;
import dev.molink.proto.node.v1.StagePlace;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** From what a stage tells to the margin and the proof, over HTTP and the nodes' stream. */
class ProfitApiTests {

    private static final String PROFILES = "/admin/v1/nodes/cost_profiles";
    private static final String RUNS = "/admin/v1/reconciliation";
    private static final String OPERATOR = "operator-of-the-test";

    @TempDir
    static Path folder;

    private static TestGateway gateway;
    private static ApiClient operator;
    /** In Unix seconds; the requests of these tests finish within the hour after it. */
    private static long begun;

    @BeforeAll
    static void start() {
        begun = Instant.now().getEpochSecond();
        gateway = TestGateway.start(
                folder, Map.of("MOLINK_DEMO_ADMIN_KEY", OPERATOR, "molink.reconciliation.grace", "1s"));
        operator = new ApiClient(gateway.port(), OPERATOR);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void showsCostAndMarginOfARequestAndProvesItsRows() {
        operator.post(
                PROFILES,
                "{'node_id':'*','currency':'USD','rent_per_hour':'3.6','price_per_gigabyte':'0','effective_from':0}");
        try (ScriptedNode node = gateway.node(answer -> {
            answer.say(0, "Hello").stop(0);
            answer.report(report -> report.setRows(RowCounts.newBuilder()
                    .setComputed(answer.request().getPromptTokenIdsCount() + DemoText.ids("Hello").length)));
        })) {
            new ApiClient(gateway.port(), TestGateway.KEY)
                    .post("/v1/completions", "{'model':'molink-demo','prompt':'x'}");
            String request = node.nextAcknowledgement();
            long rows = (long) node.nextRequest().getPromptTokenIdsCount() + DemoText.ids("Hello").length;

            JsonNode before = lineOf(request);
            EvidenceRecord record = evidence(request, 1, rows, Duration.ofSeconds(2));
            node.evidence(record);
            assertThat(node.nextEvidenceAcknowledgement().getSequencesList()).containsExactly(1L);
            node.evidence(record, evidence(request, 2, 0, Duration.ofSeconds(1)));
            assertThat(node.nextEvidenceAcknowledgement().getSequencesList()).containsExactly(1L, 2L);
            JsonNode line = lineOf(request);
            JsonNode sound = compare();
            node.evidence(evidence(request, 3, 1, Duration.ZERO));
            node.nextEvidenceAcknowledgement();
            JsonNode broken = await().until(
                            ProfitApiTests::compare,
                            run -> run.get("difference").longValue() > 0);

            assertThat(before.at("/cost/known").booleanValue()).isFalse();
            assertThat(before.at("/margin/reason").stringValue()).isEqualTo("evidence_missing");
            // three seconds at 3.6 an hour
            assertThat(line.at("/cost/known").booleanValue()).isTrue();
            assertThat(line.at("/cost/amounts/0/value").stringValue()).isEqualTo("0.003");
            assertThat(line.get("busy_nanos").longValue()).isEqualTo(3_000_000_000L);
            assertThat(sound.get("difference").longValue()).as(sound.toString()).isZero();
            assertThat(sound.get("requests").longValue()).isPositive();
            assertThat(broken.get("difference").longValue()).isPositive();
            assertThat(broken.get("findings")
                            .valueStream()
                            .map(each -> each.get("request_id").stringValue()))
                    .containsOnly(request);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> gateway.bean(MeterRegistry.class)
                                    .get("molink.reconciliation.difference")
                                    .gauge()
                                    .value()
                            > 0);
        }
    }

    @Test
    void addsVersionsOfACostProfileAndAuditsThem() {
        String node = "node-of-this-test";

        Answer rented = operator.post(
                PROFILES, "{'node_id':'%s','currency':'USD','rent_per_hour':'0.75','spelt':'wrong'}".formatted(node));
        Answer bought = operator.post(
                PROFILES,
                "{'node_id':'%s','currency':'EUR','purchase_price':'8760','life_hours':'8760','busy_watts':'500','idle_watts':'100','price_per_kwh':'0.3','price_per_gigabyte':'0.01'}"
                        .formatted(node));
        JsonNode list = operator.get(PROFILES + "?node_id=" + node).json();
        JsonNode audit = operator.get("/v1/organization/audit_logs?event_types=node_cost_profile.created&limit=100")
                .json();

        assertThat(rented.status()).as(rented.body()).isEqualTo(200);
        assertThat(rented.header("molink-ignored-fields")).contains("spelt");
        assertThat(bought.status()).as(bought.body()).isEqualTo(200);
        assertThat(bought.json().get("version").intValue()).isEqualTo(2);
        assertThat(bought.json().get("busy_per_hour").stringValue()).isEqualTo("1.15");
        assertThat(bought.json().get("idle_per_hour").stringValue()).isEqualTo("1.03");
        assertThat(list.get("data").valueStream().map(each -> each.get("id").stringValue()))
                .containsExactly(node + ":1", node + ":2");
        assertThat(audit.toString()).contains(node + ":2", "8760");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'currency':'USD','rent_per_hour':'1'} node_id",
                "{'node_id':'n','rent_per_hour':'1'} currency",
                "{'node_id':'n','currency':'USD'} purchase_price",
                "{'node_id':'n','currency':'XXY','rent_per_hour':'1'} currency",
                "{'node_id':'n','currency':'USD','rent_per_hour':1} rent_per_hour",
                "{'node_id':'n','currency':'USD','rent_per_hour':'dear'} rent_per_hour",
                "{'node_id':'n','currency':'USD','rent_per_hour':'-1'} rent_per_hour",
                "{'node_id':'n','currency':'USD','rent_per_hour':'1','purchase_price':'1'} purchase_price",
                "{'node_id':'n','currency':'USD','rent_per_hour':'1','effective_from':-1} effective_from"
            })
    void refusesACostProfileAndNamesTheField(String bodyAndField) {
        int cut = bodyAndField.lastIndexOf(' ');

        Answer refused = operator.post(PROFILES, bodyAndField.substring(0, cut));

        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.json().at("/error/param").stringValue()).isEqualTo(bodyAndField.substring(cut + 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/v1/profit start_time",
                "/admin/v1/profit?start_time=5&end_time=5 end_time",
                "/admin/v1/profit?start_time=0&end_time=99999999 end_time",
                "/admin/v1/profit?start_time=0&end_time=9&group_by=colour group_by",
                "/admin/v1/profit?start_time=0&end_time=9&limit=0 limit",
                "/admin/v1/reconciliation?limit=101 limit"
            })
    void refusesAQueryAndNamesTheField(String pathAndField) {
        int cut = pathAndField.lastIndexOf(' ');

        Answer refused = operator.get(pathAndField.substring(0, cut));

        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.json().at("/error/param").stringValue()).isEqualTo(pathAndField.substring(cut + 1));
    }

    /** What an operator spends and earns is no tenant's business, whatever its role at home. */
    @Test
    void answersNobodyButTheOperator() {
        String owner = operator.post("/v1/organization/admin_api_keys", "{'name':'tenant','role':'owner'}")
                .json()
                .get("value")
                .stringValue();
        ApiClient tenant = new ApiClient(gateway.port(), owner);

        Stream.of("/admin/v1/profit?" + range(), PROFILES, RUNS, RUNS + "/rec_1")
                .forEach(path -> {
                    assertThat(tenant.get(path).status()).as(path).isEqualTo(403);
                    assertThat(new ApiClient(gateway.port(), "").get(path).status())
                            .as(path)
                            .isEqualTo(401);
                });
        assertThat(operator.get(RUNS + "/rec_1").status()).isEqualTo(404);
    }

    @Test
    void refusesAComparisonOfAnEmptyRange() {
        Answer refused = operator.post(RUNS, "{'start_time':7,'end_time':7}");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/error/param").stringValue()).isEqualTo("end_time");
        assertThat(operator.post(RUNS, "{'end_time':7}")
                        .json()
                        .at("/error/param")
                        .stringValue())
                .isEqualTo("start_time");
    }

    private static JsonNode compare() {
        Answer asked = operator.post(RUNS, "{'start_time':%d,'end_time':%d}".formatted(begun, begun + 3600));
        assertThat(asked.status()).as(asked.body()).isEqualTo(202);
        String path = RUNS + "/" + asked.json().get("id").stringValue();
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        operator.get(path).json().get("status").stringValue().equals("finished"));
        return operator.get(path).json();
    }

    private static String range() {
        return "start_time=%d&end_time=%d".formatted(begun, begun + 3600);
    }

    private static JsonNode lineOf(String request) {
        return operator.get("/admin/v1/profit?group_by=request&" + range())
                .json()
                .get("data")
                .valueStream()
                .filter(line -> line.get("request_id").stringValue().equals(request))
                .findFirst()
                .orElseThrow();
    }

    private static EvidenceRecord evidence(String request, long sequence, long rows, Duration busy) {
        return EvidenceRecord.newBuilder()
                .setRequestId(request)
                .setEpoch(1)
                .setSequence(sequence)
                .setPlace(StagePlace.newBuilder()
                        .setPipeline("main")
                        .setModel(ScriptedNode.MODEL)
                        .setEndLayer(8)
                        .setModelLayers(8))
                .setRows(RowCounts.newBuilder().setComputed(rows))
                .setBusyNanos(busy.toNanos())
                .setCountedUnixNanos(TimeUnit.SECONDS.toNanos(begun) + 1)
                .build();
    }
}
