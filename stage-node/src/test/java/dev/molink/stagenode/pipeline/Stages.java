package dev.molink.stagenode.pipeline;

import dev.molink.proto.node.v1.ModelIdentity;
import dev.molink.proto.node.v1.PipelineReport;
import dev.molink.proto.node.v1.PipelineState;
import dev.molink.proto.node.v1.StageAddress;
import dev.molink.proto.stage.v1.KvGroupSize;
import dev.molink.proto.stage.v1.StageDescription;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.asset.AssetStore;
import dev.molink.stagenode.engine.WireOptions;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.security.ClusterSecret;
import dev.molink.stagenode.security.SecretServerInterceptor;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.util.MutableHandlerRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Nodes over real loopback connections, with engines that only record; the model has nine layers. */
final class Stages implements AutoCloseable {

    static final ClusterSecret SECRET = ClusterSecret.of("secret-of-the-tests");
    static final int LAYERS = 9;
    static final int HIDDEN = 8;

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final List<Member> members = new ArrayList<>();

    /** One node, its server and what its engine was told. */
    record Member(
            StageNode node, RecordingEngine engine, Server server, PeerDialer dialer, StageDescription description) {

        StageAddress address() {
            return Gathering.address(description);
        }

        String name() {
            return StageFit.name(description);
        }

        /** The node before its server: else its last words may be that a neighbour, which the server cut off, closed a link. */
        void kill() {
            node.close();
            server.shutdownNow();
        }
    }

    /** What heads that are started want of their links. */
    volatile WireOptions wire = WireOptions.EXACT;

    /** Whether nodes that are started answer when the way to them is measured. */
    volatile boolean probed = true;

    /** What nodes tell those that join; none: the head keeps the topology. */
    volatile List<String> gateways = List.of();

    final BlockingQueue<PipelineReport> reports = new LinkedBlockingQueue<>();

    Member start(String nodeId, int first, int end) {
        return start(nodeId, first, end, description -> description);
    }

    /** Starts a node whose description differs by {@code change}. */
    Member start(String nodeId, int first, int end, UnaryOperator<StageDescription.Builder> change) {
        MutableHandlerRegistry services = new MutableHandlerRegistry();
        Server server = serve(services);
        StageDescription self = change.apply(StageDescription.newBuilder()
                        .setProtocolVersion(Handshake.PROTOCOL_VERSION)
                        .addAllCapabilities(Handshake.CAPABILITIES)
                        .setNodeId(nodeId)
                        .setAddress("127.0.0.1:" + server.getPort())
                        .setPipeline("default")
                        .setModel(ModelIdentity.newBuilder()
                                .setName("tiny")
                                .setFingerprint("0123456789abcdef")
                                .setDtype("f32")
                                .setLayers(LAYERS)
                                .setMaxModelLen(1024))
                        .setFirstLayer(first)
                        .setEndLayer(end)
                        .addKvGroups(KvGroupSize.newBuilder().setBlockBytes(1))
                        .setKvBytes(100 + first)
                        .setKvDtype("f32")
                        .setHiddenSize(HIDDEN))
                .build();
        RecordingEngine engine = new RecordingEngine();
        PeerDialer dialer = new PeerDialer(SECRET, executor);
        StageNode node = new StageNode(
                self,
                engine,
                wire,
                dialer,
                Epochs.inMemory(InstantSource.system()),
                () -> gateways,
                reports::add,
                new AssetStore());
        services.addService(node.service());
        Member member = new Member(node, engine, server, dialer, self);
        members.add(member);
        return member;
    }

    private Server serve(MutableHandlerRegistry services) {
        try {
            return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .intercept(new SecretServerInterceptor(SECRET))
                    .intercept(new ProbeRefusal(!probed))
                    .fallbackHandlerRegistry(services)
                    .executor(executor)
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forms and returns the first report that is not about being under way. */
    PipelineReport form(Member... stages) throws InterruptedException {
        reports.clear();
        stages[0].node().form(List.of(stages).stream().map(Member::address).toList());
        return nextReport();
    }

    PipelineReport nextReport() throws InterruptedException {
        PipelineReport report;
        do {
            report = reports.poll(20, TimeUnit.SECONDS);
            if (report == null) {
                throw new AssertionError("no report on the pipeline came within 20 s");
            }
        } while (report.getState() == PipelineState.PIPELINE_STATE_FORMING);
        return report;
    }

    /** Makes a node one that does not answer measurements. */
    private record ProbeRefusal(boolean refuses) implements ServerInterceptor {

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            if (refuses && call.getMethodDescriptor().equals(StageServiceGrpc.getProbeMethod())) {
                call.close(Status.UNIMPLEMENTED.withDescription("no measuring here"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
        }
    }

    @Override
    public void close() {
        members.forEach(Member::kill);
        executor.shutdownNow();
    }
}
