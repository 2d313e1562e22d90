package dev.molink.gateway.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.molink.controlplane.fleet.FleetRegistry;
import dev.molink.gateway.testing.ApiClient;
import dev.molink.gateway.testing.ApiClient.Answer;
import dev.molink.gateway.testing.ScriptedNode;
import dev.molink.gateway.testing.TestGateway;
import dev.molink.proto.node.v1.FormPipeline;
import dev.molink.proto.node.v1.Hello;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.StageAddress;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes join, form, leave and vanish, over real gRPC. */
class NodeStreamTests {

    private static final String PROMPT = "{'model':'molink-demo','prompt':'x'}";
    private static final ScriptedNode.Script HELLO = answer -> {
        answer.say(0, "Hello").stop(0);
        answer.report();
    };

    private static TestGateway gateway;
    private static ApiClient api;

    @BeforeAll
    static void start(@TempDir Path folder) {
        gateway = TestGateway.start(folder);
        api = new ApiClient(gateway.port(), TestGateway.KEY);
    }

    @AfterEach
    void forgetNodes() {
        gateway.awaitNoNodes();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Nested
    class Admission {

        @ParameterizedTest
        @ValueSource(strings = {"", "another-secret-of-some-length"})
        void refusesACallWithoutTheClusterSecret(String secret) {
            try (ScriptedNode node = ScriptedNode.whole(gateway.nodePort(), secret, HELLO)) {
                assertThat(node.ended().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
                assertThat(node.uploadOnly().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            }
        }

        @Test
        void refusesAnotherProtocolVersion() {
            Hello hello = ScriptedNode.hello("n", "main", 0, 8).toBuilder()
                    .setProtocolVersion(7)
                    .build();

            try (ScriptedNode node = join(hello)) {
                assertThat(node.refusal()).contains("version 7").contains("gateway " + NodeConnection.PROTOCOL_VERSION);
                assertThat(node.ended().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            }
        }

        @Test
        void refusesARangeThatOverlapsAnother() {
            try (ScriptedNode first = join(ScriptedNode.hello("first", "main", 0, 5))) {
                await().until(() -> !fleet().snapshot().nodes().isEmpty());
                try (ScriptedNode second = join(at(ScriptedNode.hello("second", "main", 4, 8), 2))) {
                    assertThat(second.refusal()).contains("first").contains("[4, 8)");
                }
                assertThat(first.isOpen()).isTrue();
            }
        }

        @Test
        void refusesATextWhoseBytesDoNotHaveItsHash() {
            try (ScriptedNode node = gateway.node(HELLO)) {
                Status status = node.upload("0".repeat(64), new byte[] {1, 2, 3});

                assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            }
        }
    }

    /** DESIGN §3: the random secret is for this machine, and so is the port */
    @Test
    void listensOnLoopbackOnlyWithoutAConfiguredSecret(@TempDir Path folder) throws IOException {
        try (TestGateway closed = TestGateway.start(folder, Map.of("MOLINK_CLUSTER_SECRET", ""))) {
            String secret = Files.readString(folder.resolve("cluster-secret")).strip();

            try (ScriptedNode node = ScriptedNode.whole(closed.nodePort(), secret, HELLO)) {
                assertThat(node.nextFormation().getPipeline()).isEqualTo("main");
            }
            for (InetAddress address : outwardAddresses()) {
                try (Socket socket = new Socket()) {
                    assertThatThrownBy(() -> socket.connect(new InetSocketAddress(address, closed.nodePort()), 500))
                            .isInstanceOf(IOException.class);
                }
            }
        }
    }

    private static List<InetAddress> outwardAddresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && address instanceof Inet4Address)
                .toList();
    }

    @Nested
    class Formation {

        @Test
        void tellsTheHeadOnceEveryLayerIsHeld() {
            try (ScriptedNode tail = join(at(ScriptedNode.hello("tail", "main", 3, 8), 2));
                    ScriptedNode head = join(ScriptedNode.hello("head", "main", 0, 3))) {
                FormPipeline formation = head.nextFormation();

                assertThat(formation.getPipeline()).isEqualTo("main");
                assertThat(formation.getStagesList())
                        .extracting(StageAddress::getNodeId)
                        .containsExactly("head", "tail");
                await().untilAsserted(() ->
                        assertThat(api.post("/v1/completions", PROMPT).status()).isEqualTo(200));
                assertThat(tail.formed()).isFalse();
            }
        }

        @Test
        void tellsTheHeadAgainAfterThePipelineBroke() {
            try (ScriptedNode node = gateway.node(HELLO)) {
                node.pipeline(PipelineState.PIPELINE_STATE_BROKEN, "as the test says");

                assertThat(node.nextFormation().getPipeline()).isEqualTo("main");
            }
        }
    }

    @Nested
    class Routing {

        /** DESIGN §15: nobody serves it, nobody knows it */
        @Test
        void answers404WithoutNodesAnd503WhileLayersAreMissing() {
            Answer unknown = api.post("/v1/completions", PROMPT);
            try (ScriptedNode half = join(ScriptedNode.hello("half", "main", 0, 3))) {
                await().untilAsserted(
                                () -> assertThat(api.get("/v1/models").body()).contains(ScriptedNode.MODEL));
                Answer incomplete = api.post("/v1/completions", PROMPT);

                assertThat(unknown.status()).isEqualTo(404);
                assertThat(incomplete.status()).as(incomplete.body()).isEqualTo(503);
                assertThat(incomplete.json().at("/error/code").stringValue()).isEqualTo("server_is_overloaded");
                assertThat(incomplete.header("retry-after")).hasValue("1");
                assertThat(half.isOpen()).isTrue();
            }
        }

        @Test
        void forgetsANodeThatIsKilledAndServesAgainWhenItReturns() {
            ScriptedNode killed = gateway.node(HELLO);
            assertThat(api.post("/v1/completions", PROMPT).status()).isEqualTo(200);

            killed.close();
            await().untilAsserted(() ->
                    assertThat(api.post("/v1/completions", PROMPT).status()).isEqualTo(404));
            try (ScriptedNode again = gateway.node(HELLO)) {
                await().untilAsserted(() ->
                        assertThat(api.post("/v1/completions", PROMPT).status()).isEqualTo(200));
                assertThat(again.isOpen()).isTrue();
            }
        }

        @Test
        void forgetsASilentNodeWithinFourSeconds() {
            try (ScriptedNode node = gateway.node(HELLO)) {
                node.fallSilent();

                await().atMost(Duration.ofSeconds(4))
                        .untilAsserted(
                                () -> assertThat(fleet().snapshot().nodes()).isEmpty());
                assertThat(node.ended().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            }
        }

        @Test
        void spreadsRequestsOverPipelines() {
            CountDownLatch both = new CountDownLatch(2);
            ScriptedNode.Script held = answer -> {
                both.countDown();
                assertThat(both.await(10, TimeUnit.SECONDS)).isTrue();
                answer.say(0, "Hello").stop(0);
                answer.report();
            };
            try (ScriptedNode one = join(ScriptedNode.hello("one", "first", 0, 8), held);
                    ScriptedNode two = join(at(ScriptedNode.hello("two", "second", 0, 8), 2), held)) {
                one.nextFormation();
                two.nextFormation();
                await().until(() -> fleet().serving(ScriptedNode.MODEL).size() == 2);

                background();
                background();

                assertThat(one.nextRequest().getRequestId())
                        .isNotEqualTo(two.nextRequest().getRequestId());
            }
        }

        /** Requests in flight are answered, then the nodes are told to dial elsewhere */
        @Test
        void answersWhatIsInFlightBeforeItStops(@TempDir Path folder) throws Exception {
            TestGateway stopped = TestGateway.start(folder, Map.of("spring.grpc.server.shutdown.grace-period", "20s"));
            CountDownLatch closing = new CountDownLatch(1);
            try (ScriptedNode node = stopped.node(answer -> {
                answer.say(0, "First ");
                assertThat(closing.await(10, TimeUnit.SECONDS)).isTrue();
                answer.say(0, "second").stop(0);
                answer.report();
            })) {
                InputStream body = new ApiClient(stopped.port(), TestGateway.KEY)
                        .open("/v1/completions", "{'model':'molink-demo','prompt':'x','stream':true}")
                        .body();
                node.nextRequest();

                Thread stopping = Thread.ofVirtual().start(stopped::close);
                closing.countDown();

                assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("\"finish_reason\":\"stop\"")
                        .endsWith("data: [DONE]\n\n");
                assertThat(node.ended().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
            }
        }

        @Test
        void endsAStreamWithAnErrorEventWhenTheHeadIsKilled() throws Exception {
            ScriptedNode node = gateway.node(answer -> answer.say(0, "Half an"));
            InputStream body = api.open("/v1/completions", "{'model':'molink-demo','prompt':'x','stream':true}")
                    .body();
            node.nextRequest();

            node.close();
            String all = new String(body.readAllBytes(), StandardCharsets.UTF_8);

            assertThat(all).contains("\"error\":{").contains("pipeline_lost").doesNotContain("[DONE]");
        }
    }

    private static FleetRegistry fleet() {
        return gateway.bean(FleetRegistry.class);
    }

    private static void background() {
        Thread.ofVirtual().start(() -> api.post("/v1/completions", PROMPT));
    }

    private static ScriptedNode join(Hello hello) {
        return join(hello, HELLO);
    }

    private static ScriptedNode join(Hello hello, ScriptedNode.Script script) {
        return ScriptedNode.withHello(gateway.nodePort(), TestGateway.SECRET, hello, script);
    }

    private static Hello at(Hello hello, int machine) {
        return hello.toBuilder()
                .setAdvertisedAddress("127.0.0.%d:50061".formatted(machine))
                .build();
    }
}
