package dev.molink.bench.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.bench.relay.LinkRelay;
import dev.molink.bench.relay.LinkShape;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.LinkClass;
import dev.molink.proto.stage.v1.LinkOpen;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.codec.ActivationCodec;
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
import dev.molink.stagenode.link.OutboundLink.Dialled;
import dev.molink.stagenode.link.PeerDialer;
import dev.molink.stagenode.pipeline.StageTransport;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.LinkTraffic;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.security.ClusterSecret;
import dev.molink.stagenode.transmit.TransmitPolicy;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Decode frames on a real link of 20 Mbit/s that has megabytes of prefill to carry: what socket buffers and HTTP/2 windows
 * could hold of these would make each decode frame wait for seconds.
 */
@Timeout(120)
class DecodeOverLinksTests {

    private static final int HIDDEN = 1024;
    private static final int PREFILL_ROWS = 1024; // 4 MiB, 1.7 s of the link
    private static final int DECODES = 20;
    private static final LinkShape SHAPE = LinkShape.parse("20mbit", "5ms");
    private static final LinkSpec SPEC =
            new LinkSpec(1, "first", "second", "the second stage", HIDDEN, ActivationCodec.F32);

    /** Many times a frame and the delay, and a fraction of what the socket buffers could hold. */
    private static final double MOST_MILLIS = 400;

    private final ExecutorService calls = Executors.newCachedThreadPool();
    private final BlockingQueue<Long> arrived = new LinkedBlockingQueue<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private Server server;
    private LinkRelay relay;

    @BeforeEach
    void serve() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        server = StageTransport.prepare(NettyServerBuilder.forAddress(new InetSocketAddress(loopback, 0)))
                .addService(LinkFrames.readInPlace(new Service().bindService()))
                .executor(calls)
                .build()
                .start();
        relay = LinkRelay.start(0, new InetSocketAddress(loopback, server.getPort()), SHAPE, SHAPE);
    }

    @AfterEach
    void stop() throws Exception {
        channels.forEach(ManagedChannel::shutdownNow);
        relay.close();
        server.shutdownNow();
        calls.shutdownNow();
    }

    @Test
    void areNotStuckBehindMegabytesBelowTheQueue() throws Exception {
        OutboundLink link = open();
        MemorySegment prefill = MemorySegment.ofArray(new byte[PREFILL_ROWS * HIDDEN * Float.BYTES]);
        MemorySegment decode = MemorySegment.ofArray(new byte[HIDDEN * Float.BYTES]);
        link.sendHidden(plan(1_000, StepKind.PREFILL, PREFILL_ROWS), 0, prefill);
        link.sendHidden(plan(1_001, StepKind.PREFILL, PREFILL_ROWS), 0, prefill);
        double[] millis = new double[DECODES];

        for (int step = 0; step < DECODES; step++) {
            long began = System.nanoTime();
            link.sendHidden(plan(step, StepKind.DECODE, 1), 0, decode);
            awaitDecode(step);
            millis[step] = (System.nanoTime() - began) / 1e6;
        }

        Arrays.sort(millis);
        LinkTraffic traffic = trafficOf(link);
        System.out.printf(
                "decode frames beside prefill on %s: median %.1f ms, longest %.1f ms; p99 wait in the queue %.3f ms%n",
                SHAPE, millis[DECODES / 2], millis[DECODES - 1], traffic.decodeWaitP99Nanos() / 1e6);
        assertThat(millis[DECODES / 2]).isLessThan(MOST_MILLIS);
        assertThat(traffic.decodeBytes()).isEqualTo((long) DECODES * HIDDEN * Float.BYTES);
        link.close(new LinkLoss("", "done"));
    }

    /** A beat brings the figures up to date. */
    private static LinkTraffic trafficOf(OutboundLink link) {
        link.beat();
        LinkTraffic traffic = link.traffic();
        while (traffic.decodeBytes() == 0) {
            Thread.onSpinWait();
            traffic = link.traffic();
        }
        return traffic;
    }

    private void awaitDecode(long step) throws InterruptedException {
        Long next;
        do {
            next = arrived.poll(60, TimeUnit.SECONDS);
            assertThat(next).as("the next hidden state").isNotNull();
        } while (next != step);
    }

    private OutboundLink open() throws Exception {
        PeerDialer dialer = new PeerDialer(ClusterSecret.of("secret-of-the-tests"), calls);
        List<Dialled> dialled = new ArrayList<>();
        for (LinkClass linkClass : List.of(LinkClass.LINK_CLASS_CONTROL, LinkClass.LINK_CLASS_PREFILL)) {
            ManagedChannel channel = dialer.dial("127.0.0.1:" + relay.port());
            channels.add(channel);
            dialled.add(new Dialled(linkClass, channel));
        }
        return OutboundLink.open(
                dialled,
                SPEC,
                new LinkOptions(TransmitPolicy.FAIR, LinkFaults.NONE, LinkRate.UNKNOWN),
                Duration.ofSeconds(20),
                new NoReplies());
    }

    private static StepPlan plan(long step, StepKind kind, int rows) {
        return new StepPlan(
                1,
                step,
                kind,
                List.of(SequenceRows.fresh(7, 0, rows, true, List.of())),
                List.of(),
                BlockChanges.NONE,
                List.of(),
                List.of());
    }

    private final class Service extends StageServiceGrpc.StageServiceImplBase implements LinkAcceptor, LinkReceiver {

        @Override
        public StreamObserver<Frame> link(StreamObserver<Frame> responses) {
            return new InboundStream(this, responses);
        }

        @Override
        public Expected expect(LinkOpen open) {
            return new Expected(SPEC, this, _ -> {}, LinkFaults.NONE);
        }

        @Override
        public void opened(InboundLink link) {}

        @Override
        public void onPlan(StepPlan plan) {}

        @Override
        public void onHiddenState(HiddenState hidden) {
            arrived.add(hidden.stepId());
            hidden.activation().release();
        }

        @Override
        public void onOutcome(StepOutcome outcome) {}
    }

    private static final class NoReplies implements LinkReplies {

        @Override
        public void onOutcome(StepOutcome outcome) {}

        @Override
        public void onReport(StageReport report) {}

        @Override
        public void onLoss(LinkLoss loss) {}
    }
}
