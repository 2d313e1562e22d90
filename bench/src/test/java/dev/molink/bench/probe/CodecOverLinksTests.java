package dev.molink.bench.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.bench.relay.LinkRelay;
import dev.molink.bench.relay.LinkShape;
import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.StageAddress;
import dev.molink.proto.stage.v1.KvGroupSize;
import dev.molink.proto.stage.v1.StageDescription;
import dev.molink.stagenode.asset.AssetStore;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.codec.CodecOption;
import dev.molink.stagenode.engine.StageOutbound;
import dev.molink.stagenode.engine.WireOptions;
import dev.molink.stagenode.engine.WireTerms;
import dev.molink.stagenode.link.HiddenState;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.pipeline.Epochs;
import dev.molink.stagenode.pipeline.Handshake;
import dev.molink.stagenode.pipeline.StageEngine;
import dev.molink.stagenode.pipeline.StageNode;
import dev.molink.stagenode.pipeline.StagePlace;
import dev.molink.stagenode.pipeline.StageTransport;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.security.ClusterSecret;
import dev.molink.stagenode.transmit.TransmitPolicy;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.util.MutableHandlerRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real nodes over shaped links: which codec the head chooses. */
@Timeout(60)
class CodecOverLinksTests {

    private static final int LAYERS = 9;
    private static final int STAGES = 3;

    private final ExecutorService calls = Executors.newCachedThreadPool();
    private final PeerDialer dialer = new PeerDialer(ClusterSecret.of("secret-of-the-tests"), calls);
    private final BlockingQueue<PipelineReport> reports = new LinkedBlockingQueue<>();
    private final CompletableFuture<WireTerms> headTerms = new CompletableFuture<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        calls.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"20mbit,INT8", "100mbit,INT8", "500mbit,BF16"})
    void theSlowestLinkDecides(String slowest, ActivationCodec codec) throws Exception {
        List<StageAddress> stages = new ArrayList<>();
        StageNode head = start(0, LinkShape.parse("20gbit", "1ms"), stages);
        start(1, LinkShape.parse("2gbit", "1ms"), stages);
        start(2, LinkShape.parse(slowest, "15ms"), stages);

        head.form(stages);

        PipelineReport report = reports.poll(30, TimeUnit.SECONDS);
        while (report != null && report.getState() == PipelineState.PIPELINE_STATE_FORMING) {
            report = reports.poll(30, TimeUnit.SECONDS);
        }
        assertThat(report).isNotNull();
        assertThat(report.getState()).as(report.getReason()).isEqualTo(PipelineState.PIPELINE_STATE_SERVING);
        WireTerms terms = headTerms.join();
        assertThat(terms.codec()).as(terms.codecReason()).isEqualTo(codec);
        assertThat(terms.codecReason()).startsWith(codec + ": the link from stage 1 to 2 carries ");
        assertThat(terms.initial(1).oneWayNanos()).isGreaterThanOrEqualTo(15_000_000);
    }

    /** @param way to this stage */
    private StageNode start(int index, LinkShape way, List<StageAddress> stages) throws IOException {
        MutableHandlerRegistry services = new MutableHandlerRegistry();
        Server server = StageTransport.prepare(
                        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .fallbackHandlerRegistry(services)
                .executor(calls)
                .build()
                .start();
        open.add(server::shutdownNow);
        LinkRelay relay =
                LinkRelay.start(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()), way, way);
        open.add(relay);
        StageDescription self = description(index, "127.0.0.1:" + relay.port());
        StageNode node = new StageNode(
                self,
                new IdleEngine(index == 0 ? headTerms : new CompletableFuture<>()),
                new WireOptions(new CodecOption.Auto(), TransmitPolicy.FAIR),
                dialer,
                Epochs.inMemory(InstantSource.system()),
                List::of,
                reports::add,
                new AssetStore());
        open.add(node);
        services.addService(node.service());
        stages.add(StageAddress.newBuilder()
                .setNodeId(self.getNodeId())
                .setAddress(self.getAddress())
                .setFirstLayer(self.getFirstLayer())
                .setEndLayer(self.getEndLayer())
                .build());
        return node;
    }

    private static StageDescription description(int index, String address) {
        return StageDescription.newBuilder()
                .setProtocolVersion(Handshake.PROTOCOL_VERSION)
                .addAllCapabilities(Handshake.CAPABILITIES)
                .setNodeId("node-" + index)
                .setAddress(address)
                .setPipeline("default")
                .setModel(ModelIdentity.newBuilder()
                        .setName("tiny")
                        .setFingerprint("0123456789abcdef")
                        .setLayers(LAYERS)
                        .setMaxModelLen(1024))
                .setFirstLayer(index * LAYERS / STAGES)
                .setEndLayer((index + 1) * LAYERS / STAGES)
                .addKvGroups(KvGroupSize.newBuilder().setBlockBytes(1))
                .setKvBytes(100)
                .setHiddenSize(8)
                .build();
    }

    /** Computes nothing. */
    private record IdleEngine(CompletableFuture<WireTerms> terms) implements StageEngine {

        @Override
        public void form(StagePlace place, List<Integer> kvBlocks, WireTerms wire, StageOutbound outputs) {
            terms.complete(wire);
        }

        @Override
        public void onPlan(StepPlan plan) {}

        @Override
        public void onHiddenState(HiddenState hidden) {}

        @Override
        public void onOutcome(StepOutcome outcome) {}

        @Override
        public void onStageReport(StageReport report) {}

        @Override
        public void serve(long epoch) {}

        @Override
        public void dissolve(long epoch, String reason) {}
    }
}
