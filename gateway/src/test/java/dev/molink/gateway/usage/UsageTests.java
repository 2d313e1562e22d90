package dev.molink.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.molink.controlplane.evidence.EvidenceStore;
import dev.molink.controlplane.journal.JournalFolder;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import dev.molink.controlplane.usage.UsageStore;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.DemoText;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.proto.node.v1.EvidenceRecord;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.GenerateRequest;
import dev.molink.proto.node.v1.RequestReport;
import dev.molink.proto.node.v1.RowCounts;
import dev.molink.proto.node.v1.StagePlace;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exactly one record per request, on every way out. */
class UsageTests {

    private static final String TEXT = "Hello there";
    private static final int TEXT_TOKENS = DemoText.ids(TEXT).length;

    /** No head's grace ends during a test. */
    private static final Map<String, Object> NO_GRACE_ENDS =
            Map.of("molink.gateway.usage.grace", "30m", "molink.limits.settlement-grace", "1h");

    private static TestGateway gateway;

    /** For a gateway that counts what only one test does, or that another follows. */
    @TempDir
    Path folder;

    @BeforeAll
    static void start(@TempDir Path folder) {
        gateway = TestGateway.start(folder);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void forgetNodes() {
        gateway.awaitNoNodes();
    }

    @Test
    void recordsWhatTheHeadReportsAndAcknowledgesAfterwards() {
        try (ScriptedNode node = gateway.node(answer -> {
            answer.say(0, TEXT).stop(0);
            answer.report();
        })) {
            Answer answer = client(gateway).post("/v1/completions", "{'model':'molink-demo','prompt':'Hi'}");

            String requestId = answer.header("x-request-id").orElseThrow();
            assertThat(node.nextAcknowledgement()).isEqualTo(requestId);
            UsageRecord usage = find(gateway, requestId);
            assertThat(usage.evidence()).isEqualTo(Evidence.HEAD);
            assertThat(usage.origin().endpoint()).isEqualTo("/v1/completions");
            assertThat(usage.model()).isEqualTo(ScriptedNode.MODEL);
            assertThat(usage.promptTokens()).isEqualTo(DemoText.ids("Hi").length);
            assertThat(usage.generatedTokens()).isEqualTo(TEXT_TOKENS + 1);
            assertThat(usage.deliveredTokens()).isEqualTo(TEXT_TOKENS + 1);
            assertThat(usage.finishReasons()).containsExactly("stop");
            assertThat(usage.failureCode()).isNull();
            assertThat(answer.json().at("/usage/completion_tokens").longValue()).isEqualTo(usage.generatedTokens());
        }
    }

    /** The scripted head lives on a day of its own. */
    @Test
    void recordsTimesThatTheGatewaysClockAllowsWhateverTheHeadsClockSays() {
        try (ScriptedNode node = gateway.node(answer -> {
            answer.say(0, TEXT).stop(0);
            answer.report();
        })) {
            // the databases keep microseconds
            Instant before = Instant.now().minusMillis(1);

            client(gateway).post("/v1/completions", "{'model':'molink-demo','prompt':'Hi'}");

            UsageRecord usage = find(gateway, node.nextAcknowledgement());
            assertThat(usage.receivedAt()).isBetween(before, Instant.now());
            assertThat(usage.finishedAt())
                    .isBetween(usage.receivedAt(), Instant.now().plusMillis(1));
        }
    }

    @Test
    void recordsARequestWhoseClientLeft() throws Exception {
        try (ScriptedNode node = gateway.node(answer -> {
            answer.say(0, TEXT);
            answer.awaitCancel();
            answer.say(0, " and more");
            answer.report();
        })) {
            try (InputStream body = client(gateway)
                    .open("/v1/completions", "{'model':'molink-demo','prompt':'Hi','stream':true}")
                    .body()) {
                new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)).readLine();
            }

            UsageRecord usage = find(gateway, node.nextAcknowledgement());
            assertThat(usage.finishReasons()).containsExactly("cancelled");
            assertThat(usage.generatedTokens()).isEqualTo(TEXT_TOKENS + DemoText.ids(" and more").length);
            assertThat(usage.deliveredTokens()).isLessThanOrEqualTo(TEXT_TOKENS);
        }
    }

    @Test
    void recordsAFailedStream() {
        try (ScriptedNode node = gateway.node(answer -> {
            answer.say(0, TEXT);
            answer.fail(FailureCode.FAILURE_CODE_STAGE_LOST);
        })) {
            client(gateway).post("/v1/completions", "{'model':'molink-demo','prompt':'Hi','stream':true}");

            UsageRecord usage = find(gateway, node.nextAcknowledgement());
            assertThat(usage.failureCode()).isEqualTo("stage_lost");
            assertThat(usage.generatedTokens()).isEqualTo(TEXT_TOKENS);
        }
    }

    /** What ran until the deadline is charged, no more and no less. */
    @Test
    void recordsExactlyWhatWasGeneratedUntilTheDeadline() {
        try (ScriptedNode node = gateway.node(answer -> {
            answer.say(0, TEXT);
            answer.fail(FailureCode.FAILURE_CODE_DEADLINE);
        })) {
            Answer answer =
                    client(gateway).post("/v1/completions", "{'model':'molink-demo','prompt':'Hi','timeout':1}");

            UsageRecord usage = find(gateway, node.nextAcknowledgement());
            assertThat(answer.status()).isEqualTo(504);
            assertThat(usage.failureCode()).isEqualTo("deadline");
            assertThat(usage.generatedTokens()).isEqualTo(TEXT_TOKENS);
            assertThat(usage.deliveredTokens()).isZero();
        }
    }

    @Test
    void recordsRowsByCauseWhatTheCacheSparedAndTheCodec() {
        RowCounts rows = RowCounts.newBuilder()
                .setComputed(5)
                .setRecomputed(4)
                .setReplayed(3)
                .setVerifiedAccepted(2)
                .setVerifiedRejected(1)
                .setDiscarded(6)
                .build();
        try (ScriptedNode node = gateway.node(answer -> {
            answer.say(0, TEXT).stop(0);
            answer.report(report -> report.setCachedTokens(1).setRows(rows).setCodec("int8"));
        })) {
            Answer answer = client(gateway).post("/v1/completions", "{'model':'molink-demo','prompt':'Hi'}");

            UsageRecord usage = find(gateway, node.nextAcknowledgement());
            assertThat(usage.rows()).isEqualTo(new dev.molink.controlplane.usage.RowCounts(5, 4, 3, 2, 1, 6));
            assertThat(usage.cachedTokens()).isEqualTo(1);
            assertThat(usage.serving().codec()).isEqualTo("int8");
            assertThat(answer.json()
                            .at("/usage/prompt_tokens_details/cached_tokens")
                            .intValue())
                    .isEqualTo(1);
        }
    }

    /** Forbidden: to take no report of this request any more. */
    @Test
    void aReportThatCannotBeTrueIsNotRecordedAndALaterOneIs() {
        try (ScriptedNode node = gateway.node(answer -> {
            answer.say(0, TEXT).stop(0);
            answer.report(report -> report.setCachedTokens(1_000_000));
        })) {
            client(gateway).post("/v1/completions", "{'model':'molink-demo','prompt':'Hi'}");
            GenerateRequest request = node.nextRequest();

            await().until(() -> {
                node.report(journalled(request));
                return gateway.bean(UsageStore.class)
                        .find(request.getRequestId())
                        .isPresent();
            });

            assertThat(find(gateway, request.getRequestId()).cachedTokens()).isZero();
        }
    }

    /** A repetition would change nothing: the head may forget it, and the request is not under way any more. */
    @Test
    void setsAsideWhatTheDatabaseRefusesAndAcknowledgesIt() {
        try (TestGateway alone = TestGateway.start(folder);
                ScriptedNode node = alone.node(answer -> {
                    answer.say(0, TEXT).stop(0);
                    answer.report(report -> report.setCodec("c".repeat(100)));
                })) {
            Answer answer = client(alone).post("/v1/completions", "{'model':'molink-demo','prompt':'Hi'}");

            String requestId = answer.header("x-request-id").orElseThrow();
            assertThat(node.nextAcknowledgement()).isEqualTo(requestId);
            JournalFolder journals = alone.bean(JournalFolder.class);
            assertThat(alone.bean(UsageStore.class).find(requestId)).isEmpty();
            assertThat(journals.refused().waiting()).isEqualTo(1);
            assertThat(journals.requests().underWay()).isZero();
            assertThat(alone.bean(MeterRegistry.class)
                            .get("molink.gateway.journal.refused")
                            .gauge()
                            .value())
                    .isEqualTo(1);
        }
    }

    /** What a stage has counted is proof of what was charged; the node forgets it once it is acknowledged. */
    @Test
    void setsAsideEvidenceThatCannotBeRecordedAndAcknowledgesIt() {
        try (TestGateway alone = TestGateway.start(folder);
                ScriptedNode node = alone.node(answer -> {})) {
            EvidenceRecord.Builder evidence = EvidenceRecord.newBuilder()
                    .setPlace(StagePlace.newBuilder()
                            .setPipeline("main")
                            .setModel(ScriptedNode.MODEL)
                            .setEndLayer(8)
                            .setModelLayers(8));

            node.evidence(
                    evidence.setSequence(1).setRequestId("r".repeat(81)).build(),
                    evidence.setSequence(2).setRequestId("req_good").build(),
                    evidence.setSequence(3)
                            .setRequestId("req_of_impossible_layers")
                            .setPlace(evidence.getPlaceBuilder().setFirstLayer(9))
                            .build());

            assertThat(node.nextEvidenceAcknowledgement().getSequencesList()).containsExactly(1L, 2L, 3L);
            assertThat(alone.bean(EvidenceStore.class).find(List.of("req_good")).get("req_good"))
                    .hasSize(1);
            assertThat(alone.bean(MeterRegistry.class)
                            .get("molink.gateway.evidence.refused")
                            .gauge()
                            .value())
                    .as("a name that is too long, and layers that the model does not have")
                    .isEqualTo(2);
        }
    }

    @Test
    void recordsWhatItSawWhenTheHeadIsKilledAndLetsTheHeadsReportReplaceIt() {
        try (TestGateway alone = TestGateway.start(folder)) {
            ScriptedNode killed = alone.node(answer -> answer.say(0, TEXT));
            Thread.ofVirtual()
                    .start(() -> client(alone)
                            .post("/v1/completions", "{'model':'molink-demo','prompt':'Hi','stream':true}"));
            GenerateRequest request = killed.nextRequest();

            killed.close();

            await().untilAsserted(() -> assertThat(alone.bean(UsageStore.class).find(request.getRequestId()))
                    .isPresent());
            assertThat(find(alone, request.getRequestId()).evidence()).isEqualTo(Evidence.GATEWAY);
            assertThat(find(alone, request.getRequestId()).rows()).isNull();
            assertThat(find(alone, request.getRequestId()).serving().codec()).isNull();

            try (ScriptedNode back = alone.node(answer -> {})) {
                back.report(journalled(request));
                assertThat(back.nextAcknowledgement()).isEqualTo(request.getRequestId());
            }
            UsageRecord replaced = find(alone, request.getRequestId());
            assertThat(replaced.evidence()).isEqualTo(Evidence.HEAD);
            assertThat(replaced.generatedTokens()).isEqualTo(17);
            assertThat(alone.bean(UsageStore.class).recent(10)).hasSize(1);
        }
    }

    @Test
    void acknowledgesAReportThatComesAgainWithoutASecondRecord() {
        try (TestGateway alone = TestGateway.start(folder);
                ScriptedNode node = alone.node(answer -> {
                    answer.say(0, TEXT).stop(0);
                    answer.report();
                })) {
            client(alone).post("/v1/completions", "{'model':'molink-demo','prompt':'Hi'}");
            GenerateRequest request = node.nextRequest();
            node.nextAcknowledgement();

            node.report(journalled(request));

            assertThat(node.nextAcknowledgement()).isEqualTo(request.getRequestId());
            assertThat(find(alone, request.getRequestId()).generatedTokens()).isEqualTo(TEXT_TOKENS + 1);
            assertThat(alone.bean(UsageStore.class).recent(10)).hasSize(1);
        }
    }

    /** The report of a request that the killed gateway submitted comes to the one that took its place. */
    @Test
    void recordsAReportOfAnEarlierGatewayOnTheSameDatabase() {
        GenerateRequest request;
        try (TestGateway first = TestGateway.start(folder, NO_GRACE_ENDS)) {
            ScriptedNode node = first.node(answer -> {});
            Thread.ofVirtual()
                    .start(() -> client(first).post("/v1/completions", "{'model':'molink-demo','prompt':'Hi'}"));
            request = node.nextRequest();
        }

        try (TestGateway second = TestGateway.start(folder);
                ScriptedNode node = second.node(answer -> {})) {
            node.report(journalled(request));

            assertThat(node.nextAcknowledgement()).isEqualTo(request.getRequestId());
            UsageRecord usage = find(second, request.getRequestId());
            assertThat(usage.evidence()).isEqualTo(Evidence.HEAD);
            assertThat(usage.generatedTokens()).isEqualTo(17);
            assertThat(usage.origin().endpoint()).isEqualTo("/v1/completions");
        }
    }

    @Test
    void recordsEveryPromptOfOneCallUnderItsOwnId() {
        try (ScriptedNode node = gateway.node(answer -> {
            answer.say(0, TEXT).stop(0);
            answer.report();
        })) {
            Answer answer = client(gateway).post("/v1/completions", "{'model':'molink-demo','prompt':['a','b']}");

            String requestId = answer.header("x-request-id").orElseThrow();
            assertThat(List.of(node.nextAcknowledgement(), node.nextAcknowledgement()))
                    .containsExactlyInAnyOrder(requestId, requestId + "-1");
        }
    }

    private static RequestReport journalled(GenerateRequest request) {
        return RequestReport.newBuilder()
                .setRequestId(request.getRequestId())
                .setAccounting(request.getAccounting())
                .setModel(ScriptedNode.MODEL)
                .setPipeline("main")
                .setEpoch(1)
                .setPromptTokens(request.getPromptTokenIdsCount())
                .addGeneratedTokens(17)
                .addFinish(FinishReason.FINISH_REASON_STOP)
                .setReceivedUnixNanos(1_790_000_000_000_000_000L)
                .setFinishedUnixNanos(1_790_000_001_000_000_000L)
                .build();
    }

    private static UsageRecord find(TestGateway gateway, String requestId) {
        return gateway.bean(UsageStore.class).find(requestId).orElseThrow();
    }

    private static ApiClient client(TestGateway gateway) {
        return new ApiClient(gateway.port(), TestGateway.KEY);
    }
}
