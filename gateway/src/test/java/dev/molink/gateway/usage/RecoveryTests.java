package dev.molink.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.molink.controlplane.journal.JournalFolder;
import dev.molink.controlplane.journal.JournalSettings;
import dev.molink.controlplane.journal.OpenRequest;
import dev.molink.controlplane.keys.KeyScope;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import dev.molink.controlplane.usage.UsageStore;
import dev.molink.gateway.auth.ApiCaller;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.RequestReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** What becomes of requests that a killed gateway left, and of new ones when nothing more could be recorded. */
class RecoveryTests {

    private static final Instant SUBMITTED = Instant.parse("2026-11-21T10:00:00Z");

    /** No head's grace ends during a test. */
    private static final Map<String, Object> NO_GRACE_ENDS =
            Map.of("molink.gateway.usage.grace", "30m", "molink.limits.settlement-grace", "1h");

    @TempDir
    Path folder;

    @Test
    void aRequestThatNobodyTellsOfIsRecordedWithWhatIsKnown() throws Exception {
        leave("req_left");

        try (TestGateway gateway = TestGateway.start(folder)) {
            await().until(() -> find(gateway, "req_left").isPresent());

            UsageRecord usage = find(gateway, "req_left").orElseThrow();
            assertThat(usage.evidence()).isEqualTo(Evidence.GATEWAY);
            assertThat(usage.failureCode()).isEqualTo("gateway_lost");
            assertThat(usage.promptTokens()).isEqualTo(17);
            assertThat(usage.generatedTokens()).isZero();
            assertThat(usage.deliveredTokens()).isNull();
            assertThat(usage.finishReasons()).containsExactly("failed", "failed");
            assertThat(usage.projectId()).isEqualTo("proj_7");
            assertThat(usage.receivedAt()).isEqualTo(SUBMITTED);
            await().untilAsserted(() -> assertThat(
                            gateway.bean(JournalFolder.class).requests().underWay())
                    .isZero());
        }
    }

    @Test
    void theHeadsReportComesBeforeWhatTheGatewayKnows() throws Exception {
        leave("req_left");

        try (TestGateway gateway = TestGateway.start(folder, NO_GRACE_ENDS);
                ScriptedNode node = gateway.node(answer -> {})) {
            node.report(report("req_left"));

            assertThat(node.nextAcknowledgement()).isEqualTo("req_left");
            assertThat(find(gateway, "req_left").orElseThrow().evidence()).isEqualTo(Evidence.HEAD);
            assertThat(gateway.bean(JournalFolder.class).requests().underWay()).isZero();
        }
    }

    @Test
    void theHeadsReportReplacesWhatTheGatewayKnewWhenItComesLate() throws Exception {
        leave("req_left");

        try (TestGateway gateway = TestGateway.start(folder)) {
            await().until(() -> find(gateway, "req_left").isPresent());
            try (ScriptedNode node = gateway.node(answer -> {})) {
                node.report(report("req_left"));
                assertThat(node.nextAcknowledgement()).isEqualTo("req_left");
            }

            UsageRecord usage = find(gateway, "req_left").orElseThrow();
            assertThat(usage.evidence()).isEqualTo(Evidence.HEAD);
            assertThat(usage.generatedTokens()).isEqualTo(23);
        }
    }

    @Test
    void nothingIsUnderWayOnceEverythingIsRecorded() {
        try (TestGateway gateway = TestGateway.start(folder);
                ScriptedNode node = gateway.node(answer -> {
                    answer.say(0, "Hello").stop(0);
                    answer.report();
                })) {
            client(gateway).post("/v1/completions", "{'model':'molink-demo','prompt':['a','b']}");
            node.nextAcknowledgement();
            node.nextAcknowledgement();

            assertThat(gateway.bean(JournalFolder.class).requests().underWay()).isZero();
        }
    }

    @Test
    void withoutRoomForARecordNoWorkBeginsAndTheGatewayIsNotReady() {
        AtomicInteger reached = new AtomicInteger();
        try (TestGateway gateway = TestGateway.start(folder, Map.of("molink.journal.min-free", "8000000TB"));
                ScriptedNode node = gateway.node(answer -> reached.incrementAndGet())) {
            await().until(() -> gateway.bean(JournalFolder.class).refusal().isPresent());

            Answer answer = client(gateway).post("/v1/completions", "{'model':'molink-demo','prompt':'Hi'}");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.json().at("/error/message").asString()).contains("no room to record");
            assertThat(answer.header("retry-after")).contains("5");
            assertThat(node.isOpen()).isTrue();
            assertThat(reached).hasValue(0);
            assertThat(client(gateway).get("/readyz").status()).isEqualTo(503);
            assertThat(gateway.bean(JournalFolder.class).refusal())
                    .get()
                    .asString()
                    .contains("molink.journal.min-free");
        }
    }

    /** As a gateway leaves it that is killed with this request under way. */
    private void leave(String requestId) throws IOException {
        Accounting.Codec codec = new Accounting.Codec(JsonMapper.shared());
        ByteString accounting = codec.encode(Accounting.of(
                new ApiCaller("key_7", "proj_7", "org_7", false, false, KeyScope.ANY),
                "/v1/completions",
                true,
                null,
                "default",
                null,
                SUBMITTED));
        try (JournalFolder journals = JournalFolder.open(
                folder.resolve("gateway").resolve("journal"),
                new JournalSettings(DataSize.ofMegabytes(1), DataSize.ofBytes(0)))) {
            journals.requests()
                    .begin(new OpenRequest(
                            requestId, ScriptedNode.MODEL, "main", accounting.toStringUtf8(), 17, 2, SUBMITTED));
        }
    }

    private static RequestReport report(String requestId) {
        Accounting.Codec codec = new Accounting.Codec(JsonMapper.shared());
        return RequestReport.newBuilder()
                .setRequestId(requestId)
                .setAccounting(codec.encode(Accounting.of(
                        new ApiCaller("key_7", "proj_7", "org_7", false, false, KeyScope.ANY),
                        "/v1/completions",
                        true,
                        null,
                        "default",
                        null,
                        SUBMITTED)))
                .setModel(ScriptedNode.MODEL)
                .setPipeline("main")
                .setEpoch(1)
                .setPromptTokens(17)
                .addGeneratedTokens(23)
                .addFinish(FinishReason.FINISH_REASON_CANCELLED)
                .setReceivedUnixNanos(1_790_000_000_000_000_000L)
                .setFinishedUnixNanos(1_790_000_001_000_000_000L)
                .build();
    }

    private static Optional<UsageRecord> find(TestGateway gateway, String requestId) {
        return gateway.bean(UsageStore.class).find(requestId);
    }

    private static ApiClient client(TestGateway gateway) {
        return new ApiClient(gateway.port(), TestGateway.KEY);
    }
}
