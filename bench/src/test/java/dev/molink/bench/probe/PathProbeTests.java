package dev.molink.bench.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.molink.bench.relay.LinkRelay;
import dev.molink.bench.relay.LinkShape;
import dev.molink.proto.stage.v1.ProbeChunk;
import dev.molink.proto.stage.v1.ProbeReceipt;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.probe.PathProbe;
import dev.molink.stagenode.probe.ProbeReceiver;
import dev.molink.stagenode.security.ClusterSecret;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PathProbeTests {

    private static final LinkShape FAST_BACK = LinkShape.parse("10gbit", "0ms");

    private final ExecutorService calls = Executors.newCachedThreadPool();
    private final PeerDialer dialer = new PeerDialer(ClusterSecret.of("secret-of-the-tests"), calls);
    private Server stage;

    @BeforeEach
    void serve() throws IOException {
        stage = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
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
        try (LinkRelay relay = relay(shape, shape)) {
            LinkRate measured = PathProbe.measure(dialer, address(relay.port()), PathProbe.MAX_TRAIN_BYTES);

            System.out.println("measured " + measured.bytesPerSecond() * 8e-6 + " of " + rate + " "
                    + measured.oneWayNanos() * 1e-6 + " of " + delay);
            assertThat((double) measured.bytesPerSecond())
                    .isCloseTo(shape.bytesPerSecond(), Percentage.withPercentage(10));
            assertThat(measured.oneWayNanos() / 1e6).isCloseTo(shape.delay().toNanos() / 1e6, within(2.0));
        }
    }

    private static String address(int port) {
        return "127.0.0.1:" + port;
    }

    private LinkRelay relay(LinkShape forward, LinkShape backward) throws IOException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), stage.getPort());
        return LinkRelay.start(0, target, forward, backward);
    }

    private static final class Probed extends StageServiceGrpc.StageServiceImplBase {

        @Override
        public StreamObserver<ProbeChunk> probe(StreamObserver<ProbeReceipt> receipts) {
            return new ProbeReceiver(receipts, System::nanoTime);
        }
    }
}
