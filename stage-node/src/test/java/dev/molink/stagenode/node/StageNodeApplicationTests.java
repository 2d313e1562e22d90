package dev.molink.stagenode.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.security.ClusterSecret;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import picocli.CommandLine;

class StageNodeApplicationTests {

    private static final String SECRET = "secret-of-the-tests";

    @TempDir
    Path home;

    @Nested
    class Refuses {

        @Test
        void aModelThatIsNotThere() {
            assertRefused("/no/such/model: does not exist; allowed is", "--model", "/no/such/model");
        }

        @Test
        void aLayerRangeOutsideTheModel() throws Exception {
            assertRefused(
                    "layer range [0, 99) does not fit a model of 3 layers", "--model", model(), "--end-layer", "99");
        }

        @Test
        void cudaWithItsCause() throws Exception {
            assertRefused("device 'cuda:0' cannot be used: ", "--model", model(), "--device", "cuda:0");
        }

        @Test
        void aSimulatedDeviceThatIsUnknown() throws Exception {
            assertRefused(
                    "no simulated device 'rtx9090' is known; allowed: rtx3090, rtx4090,",
                    "--model",
                    model(),
                    "--device",
                    "sim:rtx9090");
        }

        @Test
        void aModelWithoutWeightsOnADeviceThatIsThere() {
            assertRefused(
                    "qwen3-14b: the model is only a configuration, without weights; it runs on simulated devices",
                    "--model",
                    "sim:qwen3-14b",
                    "--device",
                    "cpu");
        }

        @Test
        void aPortThatIsTaken() throws Exception {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                String port = Integer.toString(taken.getLocalPort());
                assertRefused(
                        "port %s is in use by another process; choose another with --grpc-port".formatted(port),
                        "--model",
                        model(),
                        "--grpc-port",
                        port);
            }
        }

        @Test
        void anotherDtypeThanTheStoredOne() throws Exception {
            assertRefused(
                    "--dtype f32 is not available for llama, which is stored as bf16; allowed: auto, bf16",
                    "--model",
                    model(),
                    "--dtype",
                    "f32");
        }

        @Test
        void aContextThatTheModelDoesNotHave() throws Exception {
            assertRefused(
                    "--max-model-len 5000 is outside 2 … 256, the context of llama",
                    "--model",
                    model(),
                    "--max-model-len",
                    "5000");
        }

        @Test
        void anUnknownTypeOfKeysAndValues() throws Exception {
            assertRefused(
                    "--kv-dtype int4 is not available; allowed: auto, bf16, f32",
                    "--model",
                    model(),
                    "--kv-dtype",
                    "int4");
        }

        @Test
        void noStageOnThisMachine() throws Exception {
            assertRefused("--stages-here 0 is below 1", "--model", model(), "--stages-here", "0");
        }

        @Test
        void kvMemoryThatHoldsNoBlock() throws Exception {
            assertRefused("--kv-memory of 10 bytes holds no KV block", "--model", model(), "--kv-memory", "10");
        }

        @Test
        void anUnknownCodec() throws Exception {
            assertRefused(
                    "--codec: codec 'fp8' is unknown; allowed: auto, f32, bf16, int8",
                    "--model",
                    model(),
                    "--codec",
                    "fp8");
        }

        @Test
        void anUnknownTransmitPolicy() throws Exception {
            assertRefused(
                    "--transmit-policy: transmit policy 'lifo' is unknown; allowed: fifo, concurrent, molink, fair",
                    "--model",
                    model(),
                    "--transmit-policy",
                    "lifo");
        }

        @Test
        void whatThisVersionDoesNotHave() throws Exception {
            assertRefused(
                    "--tensor-parallel-size 2 is not available in this version; allowed: 1",
                    "--model",
                    model(),
                    "--tensor-parallel-size",
                    "2");
        }

        @Test
        void anAddressWithoutPort() throws Exception {
            assertRefused(
                    "--initial-peer: 'somewhere' is not an address HOST:PORT",
                    "--model",
                    model(),
                    "--initial-peer",
                    "somewhere");
        }

        @Test
        void aFlagThatItDoesNotKnow() throws Exception {
            assertRefused("Unknown option: '--frobnicate'", "--model", model(), "--frobnicate");
        }

        @Test
        void aDataFolderThatAnotherStageUses() throws Exception {
            try (DataFolder other = DataFolder.open(home.resolve("shared"))) {
                assertThat(other.nodeId()).isNotBlank();
                assertRefused(
                        "another stage uses the data folder %s; give this one its own with --data"
                                .formatted(home.resolve("shared")),
                        "--model",
                        model(),
                        "--data",
                        home.resolve("shared").toString());
            }
        }

        private void assertRefused(String sentence, String... arguments) {
            StringWriter errors = new StringWriter();

            int status = StageNodeApplication.start(arguments, environment(), new PrintWriter(errors, true));

            assertThat(errors.toString())
                    .startsWith("molink stage: ")
                    .contains(sentence)
                    .doesNotContain("\tat ");
            assertThat(status).isEqualTo(2);
        }
    }

    @Test
    void servesHealthToThoseWhoKnowTheSecretOnly() throws Exception {
        int port = freePort();
        try (ConfigurableApplicationContext running = start(port)) {
            ManagedChannel friend = new PeerDialer(ClusterSecret.of(SECRET), Runnable::run).dial("127.0.0.1:" + port);
            ManagedChannel stranger = NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .build();
            try {
                assertThat(health(friend)).isEqualTo(ServingStatus.SERVING);
                Assertions.assertThatExceptionOfType(StatusRuntimeException.class)
                        .isThrownBy(() -> health(stranger))
                        .extracting(e -> e.getStatus().getCode())
                        .isEqualTo(Status.Code.UNAUTHENTICATED);
            } finally {
                friend.shutdownNow();
                stranger.shutdownNow();
            }
            assertThat(running.isRunning()).isTrue();
        }
    }

    @Test
    void keepsItsNodeIdOverRestarts() throws Exception {
        String first;
        try (DataFolder folder = DataFolder.open(home.resolve("data"))) {
            first = folder.nodeId();
        }

        try (DataFolder folder = DataFolder.open(home.resolve("data"))) {
            assertThat(folder.nodeId()).isEqualTo(first);
        }
    }

    private ConfigurableApplicationContext start(int port) throws IOException, URISyntaxException {
        StageCommand command = new StageCommand();
        new CommandLine(command).parseArgs("--model", model(), "--grpc-port", Integer.toString(port), "--threads", "1");
        return StageNodeApplication.run(command, environment());
    }

    private static ServingStatus health(ManagedChannel channel) {
        return HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus();
    }

    private Map<String, String> environment() {
        return Map.of("MOLINK_HOME", home.toString(), ClusterSecret.VARIABLE, SECRET);
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private static String model() throws URISyntaxException {
        Path config = Path.of(Objects.requireNonNull(
                        StageNodeApplicationTests.class.getResource("/fixtures/models/llama/config.json"))
                .toURI());
        return Objects.requireNonNull(config.getParent()).toString();
    }
}
