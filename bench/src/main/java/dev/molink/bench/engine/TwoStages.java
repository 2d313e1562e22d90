package dev.molink.bench.engine;

import dev.molink.bench.relay.LinkRelay;
import dev.molink.bench.relay.LinkShape;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.LinkClass;
import dev.molink.proto.stage.v1.LinkOpen;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.engine.LocalOutbound;
import dev.molink.stagenode.engine.StageLoop;
import dev.molink.stagenode.engine.StageOutbound;
import dev.molink.stagenode.engine.StageSettings;
import dev.molink.stagenode.link.HiddenState;
import dev.molink.stagenode.link.InboundLink;
import dev.molink.stagenode.link.InboundStream;
import dev.molink.stagenode.link.LinkAcceptor;
import dev.molink.stagenode.link.LinkFaults;
import dev.molink.stagenode.link.LinkFrames;
import dev.molink.stagenode.link.LinkLoss;
import dev.molink.stagenode.link.LinkOptions;
import dev.molink.stagenode.link.LinkReceiver;
import dev.molink.stagenode.link.LinkReplies;
import dev.molink.stagenode.link.LinkSpec;
import dev.molink.stagenode.link.OutboundLink;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.security.ClusterSecret;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Two stages and the real link between them, on one machine; the stages only take time. */
final class TwoStages implements AutoCloseable {

    static final long EPOCH = 1;

    private static final int MAX_STEPS = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final BlockingQueue<StepOutcome> outcomes = new ArrayBlockingQueue<>(MAX_STEPS);
    private final ExecutorService calls = Executors.newFixedThreadPool(
            4, Thread.ofPlatform().name("bench-calls-", 0).daemon().factory());
    private final int hiddenSize;
    private final StageLoop first;
    private final StageLoop second;
    private final Server server;
    private final @Nullable LinkRelay relay;
    private final ManagedChannel channel;
    private final OutboundLink link;

    /** @param shape of the link between the stages; null: they are joined directly */
    TwoStages(int hiddenSize, Duration compute, @Nullable LinkShape shape) throws Exception {
        this.hiddenSize = hiddenSize;
        this.first = StageLoop.start("stage 1", new SteadyStage(false, hiddenSize, compute), StageSettings.DEFAULT);
        this.second = StageLoop.start("stage 2", new SteadyStage(true, hiddenSize, compute), StageSettings.DEFAULT);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(loopback, 0))
                .addService(LinkFrames.readInPlace(new Service().bindService()))
                .executor(calls)
                .build()
                .start();
        this.relay = shape == null
                ? null
                : LinkRelay.start(0, new InetSocketAddress(loopback, server.getPort()), shape, shape);
        this.channel = new PeerDialer(ClusterSecret.of("secret-of-the-benchmark"), calls)
                .dial("127.0.0.1:" + (relay == null ? server.getPort() : relay.port()));
        this.link = OutboundLink.open(
                List.of(new OutboundLink.Dialled(LinkClass.LINK_CLASS_CONTROL, channel)),
                spec(),
                LinkOptions.DEFAULT,
                PATIENCE,
                new Replies());
        second.reset(EPOCH, 1, List.of(1), LocalOutbound.last(outcomes::add, _ -> {}))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        first.reset(EPOCH, 0, List.of(1), new Outbound()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private LinkSpec spec() {
        return new LinkSpec(EPOCH, "first", "second", "the second stage", hiddenSize, ActivationCodec.F32);
    }

    void plan(StepPlan plan) {
        first.plan(plan);
    }

    StepOutcome awaitOutcome() throws InterruptedException {
        StepOutcome outcome = outcomes.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (!(outcome instanceof StepOutcome.Sampled)) {
            throw new IllegalStateException("a step had no good outcome within %s: %s".formatted(PATIENCE, outcome));
        }
        return outcome;
    }

    @Override
    public void close() throws IOException {
        link.close(new LinkLoss("", "done"));
        first.close();
        second.close();
        channel.shutdownNow();
        if (relay != null) {
            relay.close();
        }
        server.shutdownNow();
        calls.shutdownNow();
    }

    private final class Outbound implements StageOutbound {

        @Override
        public void forward(StepPlan plan) {
            link.sendPlan(plan);
        }

        @Override
        public void sendHidden(StepPlan plan, int columns, int firstRow, MemorySegment values) {
            link.sendHidden(plan, firstRow, values);
        }

        @Override
        public void report(StepOutcome outcome) {
            outcomes.add(outcome);
        }

        @Override
        public void measured(StageReport report) {}

        @Override
        public LinkRate linkRate() {
            return link.rate();
        }
    }

    private final class Replies implements LinkReplies {

        @Override
        public void onOutcome(StepOutcome outcome) {
            outcomes.add(outcome);
        }

        @Override
        public void onReport(StageReport report) {}

        @Override
        public void onLoss(LinkLoss loss) {
            outcomes.add(new StepOutcome.Failed(EPOCH, 0, loss.reason()));
        }
    }

    private final class Service extends StageServiceGrpc.StageServiceImplBase implements LinkAcceptor, LinkReceiver {

        @Override
        public StreamObserver<Frame> link(StreamObserver<Frame> responses) {
            return new InboundStream(this, responses);
        }

        @Override
        public Expected expect(LinkOpen open) {
            return new Expected(
                    spec(),
                    this,
                    loss -> outcomes.add(new StepOutcome.Failed(EPOCH, 0, loss.reason())),
                    LinkFaults.NONE);
        }

        @Override
        public void opened(InboundLink opened) {}

        @Override
        public void onPlan(StepPlan plan) {
            second.plan(plan);
        }

        @Override
        public void onHiddenState(HiddenState hidden) {
            second.activation(hidden.epoch(), hidden.stepId(), hidden.activation());
        }

        @Override
        public void onOutcome(StepOutcome outcome) {
            outcomes.add(outcome);
        }
    }
}
