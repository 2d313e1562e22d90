package dev.molink.bench.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.molink.bench.relay.LinkRelay;
import dev.molink.bench.relay.LinkShape;
import dev.molink.proto.stage.v1.ProbeChunk;
import dev.molink.proto.stage.v1.ProbeReceipt;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.pipeline.StageTransport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.probe.PathProbe;
import dev.molink.stagenode.probe.ProbeReceiver;
import dev.molink.stagenode.security.ClusterSecret;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PathProbeTests {

    private static final double RATE_TOLERANCE = 0.1;
    private static final double DELAY_TOLERANCE_MILLIS = 2;
    private static final int ROUNDS = 4;

    /** What a machine must have without a relay, so that the measurement is judged and not the machine. */
    private static final double RATE_RESERVE = 4;

    private final ExecutorService calls = Executors.newCachedThreadPool();
    private final PeerDialer dialer = new PeerDialer(ClusterSecret.of("secret-of-the-tests"), calls);
    private Server stage;

    @BeforeEach
    void serve() throws IOException {
        stage = StageTransport.prepare(
                        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .addService(new Probed())
                .executor(calls)
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        stage.shutdownNow();
        calls.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"20mbit,0ms", "20mbit,15ms", "100mbit,0ms", "100mbit,15ms", "1gbit,0ms", "1gbit,15ms"})
    void measuresTheRateWithinTenPercentAndTheDelay(String rate, String delay) throws Exception {
        LinkShape shape = LinkShape.parse(rate, delay);
        List<LinkRate> measured = new ArrayList<>();
        try (LinkRelay relay = relay(shape)) {
            for (int round = 0; round < ROUNDS && measured.stream().noneMatch(link -> isOf(link, shape)); round++) {
                measured.add(PathProbe.measure(dialer, address(relay.port()), PathProbe.MAX_TRAIN_BYTES));
            }
        }

        if (measured.stream().noneMatch(link -> isOf(link, shape))) {
            abortOnABusyMachine(shape);
        }
        assertThat(measured).anyMatch(link -> isOf(link, shape));
    }

    private static boolean isOf(LinkRate measured, LinkShape given) {
        double lateMillis = (measured.oneWayNanos() - given.delay().toNanos()) / 1e6;
        return Math.abs(measured.bytesPerSecond() / given.bytesPerSecond() - 1) <= RATE_TOLERANCE
                && lateMillis >= 0
                && lateMillis <= DELAY_TOLERANCE_MILLIS;
    }

    /** Other programs may take the time that the relay needs to be punctual; then nothing is proved. */
    private void abortOnABusyMachine(LinkShape shape) throws Exception {
        LinkRate bare = PathProbe.measure(dialer, address(stage.getPort()), PathProbe.MAX_TRAIN_BYTES);
        if (bare.bytesPerSecond() < RATE_RESERVE * shape.bytesPerSecond()) {
            System.out.printf(
                    "SKIPPED: this machine is too busy to judge a measurement: %d bytes per second without a relay%n",
                    bare.bytesPerSecond());
            abort("the machine is too busy to judge a measurement");
        }
    }

    @Test
    void measuresTheDelayAlone() throws Exception {
        try (LinkRelay relay = relay(LinkShape.parse("1mbit", "15ms"))) {
            LinkRate measured = PathProbe.measure(dialer, address(relay.port()), 0);

            assertThat(measured.bytesPerSecond()).isZero();
            assertThat(measured.oneWayNanos()).isGreaterThanOrEqualTo(15_000_000);
        }
    }

    @Test
    void givesUpOnAStageThatDoesNotAnswer() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = address(silent.getLocalPort());

            assertThatThrownBy(() -> PathProbe.measure(dialer, address, PathProbe.MAX_TRAIN_BYTES))
                    .isInstanceOfSatisfying(
                            StatusException.class,
                            timeout ->
                                    assertThat(timeout.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        }
    }

    private static String address(int port) {
        return "127.0.0.1:" + port;
    }

    private LinkRelay relay(LinkShape shape) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), stage.getPort());
        return LinkRelay.start(0, target, shape, shape);
    }

    private static final class Probed extends StageServiceGrpc.StageServiceImplBase {

        @Override
        public StreamObserver<ProbeChunk> probe(StreamObserver<ProbeReceipt> receipts) {
            return new ProbeReceiver(receipts, System::nanoTime);
        }
    }
}
