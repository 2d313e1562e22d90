package dev.molink.stagenode.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.proto.stage.v1.Gap;
import dev.molink.proto.stage.v1.LinkClass;
import dev.molink.proto.stage.v1.LinkOpen;
import dev.molink.proto.stage.v1.MessagePiece;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.plan.BlockChanges;
import dev.molink.stagenode.plan.SequenceRows;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.DecodeCost;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Both ends of a link, each against a hand-made other end over a real connection. */
class LinkTests {

    private static final long EPOCH = 41;
    private static final LinkSpec SPEC =
            new LinkSpec(EPOCH, "here", "there", "stage 1 (node there)", 4, ActivationCodec.F32);

    private final Answering answering = new Answering();
    private final BlockingQueue<LinkLoss> losses = new LinkedBlockingQueue<>();
    private final BlockingQueue<StageReport> reports = new LinkedBlockingQueue<>();
    private final LinkReplies replies = new LinkReplies() {
        @Override
        public void onOutcome(StepOutcome outcome) {
            throw new AssertionError("no outcome was expected");
        }

        @Override
        public void onReport(StageReport report) {
            reports.add(report);
        }

        @Override
        public void onLoss(LinkLoss loss) {
            losses.add(loss);
        }
    };
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void connect() throws Exception {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(LinkFrames.readInPlace(answering.bindService()))
                .directExecutor()
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .directExecutor()
                .build();
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    @Nested
    class Inbound {

        private final Peer peer = new Peer();

        @Test
        void takesPlansOfItsEpochOnly() throws Exception {
            StreamObserver<Frame> stream = open();

            stream.onNext(sealed(1, 0, plan(EPOCH - 1, 1)));
            stream.onNext(sealed(2, 1, plan(EPOCH, 2)));

            assertThat(take(answering.plans).stepId()).isEqualTo(2);
        }

        @Test
        void asksForACorruptPlanAgainAndKeepsTheOrder() throws Exception {
            StreamObserver<Frame> stream = open();
            Frame first = sealed(1, 0, plan(EPOCH, 1));

            stream.onNext(first.toBuilder().setCrc32C(first.getCrc32C() ^ 1).build());
            assertThat(takeAcknowledgement().getCorrupt()).isEqualTo(1);
            stream.onNext(sealed(2, 1, plan(EPOCH, 2)));
            assertThat(takeAcknowledgement().getMissingList())
                    .containsExactly(Gap.newBuilder().setFirst(1).setLast(1).build());
            stream.onNext(sealed(3, 0, plan(EPOCH, 1)));

            assertThat(take(answering.plans).stepId()).isEqualTo(1);
            assertThat(take(answering.plans).stepId()).isEqualTo(2);
            assertThat(losses).isEmpty();
        }

        @Test
        void takesAFrameThatComesTwiceOnce() throws Exception {
            StreamObserver<Frame> stream = open();

            stream.onNext(sealed(1, 0, plan(EPOCH, 1)));
            stream.onNext(sealed(1, 0, plan(EPOCH, 1)));
            stream.onNext(sealed(2, 1, plan(EPOCH, 2)));

            assertThat(take(answering.plans).stepId()).isEqualTo(1);
            assertThat(take(answering.plans).stepId()).isEqualTo(2);
        }

        @Test
        void endsWithAPlanThatCannotBeRead() throws Exception {
            StreamObserver<Frame> stream = open();

            stream.onNext(sealed(1, 0, ByteString.copyFromUtf8("no plan at all")));

            assertEndsAsCorrupt("plan cannot be read");
        }

        @Test
        void endsWithAFrameThatHasNoPlace() throws Exception {
            StreamObserver<Frame> stream = open();

            stream.onNext(Frames.opened(EPOCH));

            assertEndsAsCorrupt("OPENED has no place in an open link");
        }

        @Test
        void refusesAStreamThatDoesNotOpenFirst() throws Exception {
            peer.stream().onNext(Frames.heartbeat(Frames.of(EPOCH).setSequence(1), 1));

            Status status = take(peer.ends);
            assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(status.getDescription())
                    .isEqualTo("the first frame of a link must be open, this one is HEARTBEAT");
        }

        @Test
        void refusesALinkThatNobodyExpects() throws Exception {
            peer.stream().onNext(Frames.open(specOf(EPOCH + 1), LinkClass.LINK_CLASS_CONTROL));

            assertThat(take(peer.ends).getDescription()).isEqualTo("this stage is in epoch 41");
        }

        @Test
        void isLostWhenThreeBeatsAreMissed() throws Exception {
            open();
            InboundLink link = take(answering.links);

            for (int beat = 0; beat < 4; beat++) {
                link.beat();
            }

            assertThat(take(losses)).isEqualTo(new LinkLoss("there", "stage 1 (node there) missed three heartbeats"));
        }

        @Test
        void staysWhileFramesCome() throws Exception {
            StreamObserver<Frame> stream = open();
            InboundLink link = take(answering.links);

            for (int beat = 0; beat < 20; beat++) {
                stream.onNext(sealed(beat + 1, beat, plan(EPOCH, beat)));
                take(answering.plans);
                link.beat();
            }

            assertThat(losses).isEmpty();
        }

        private StreamObserver<Frame> open() throws InterruptedException {
            StreamObserver<Frame> stream = peer.stream();
            stream.onNext(Frames.open(SPEC, LinkClass.LINK_CLASS_CONTROL));
            assertThat(takeHeader().hasOpened()).isTrue();
            return stream;
        }

        private FrameHeader takeHeader() throws InterruptedException {
            return Objects.requireNonNull(SealedFrames.open(take(peer.frames)));
        }

        private Acknowledgement takeAcknowledgement() throws InterruptedException {
            return takeHeader().getAcknowledgement();
        }

        private void assertEndsAsCorrupt(String why) throws InterruptedException {
            Status status = take(peer.ends);
            assertThat(status.getCode()).isEqualTo(Status.Code.DATA_LOSS);
            assertThat(status.getDescription())
                    .startsWith("the link from stage 1 (node there) is corrupt: ")
                    .contains(why);
            assertThat(take(losses).reason()).contains(why);
        }
    }

    @Nested
    class Outbound {

        @Test
        void isLostWhenThreeBeatsAreMissed() throws Exception {
            OutboundLink link = openOutbound();

            // The other end echoes each beat, and an echo that comes between two of four begins the count anew.
            for (int beat = 0; beat < 10_000 && losses.isEmpty(); beat++) {
                link.beat();
            }

            assertThat(take(losses).reason()).isEqualTo("stage 1 (node there) missed three heartbeats");
        }

        @Test
        void isLostWhenItsConnectionBreaks() throws Exception {
            openOutbound();

            server.shutdownNow();

            assertThat(take(losses).reason()).startsWith("stage 1 (node there) closed its link (");
        }

        @Test
        void saysWhyTheOtherEndRefused() {
            LinkSpec other = specOf(EPOCH + 1);

            assertThatExceptionOfType(LinkRefusedException.class)
                    .isThrownBy(() -> open(other))
                    .withMessage("stage 1 (node there) did not take the link: this stage is in epoch 41");
        }

        @Test
        void isNotLostWhenItIsClosedOnPurpose() throws Exception {
            OutboundLink link = openOutbound();
            InboundLink other = take(answering.links);

            link.close(new LinkLoss("", "done"));

            assertThat(take(losses)).isEqualTo(new LinkLoss("", "done"));
            assertThat(other.spec()).isEqualTo(SPEC);
            assertThat(losses).isEmpty();
        }

        @Test
        void freesItsWindowWhenTheOtherEndAcknowledges() throws Exception {
            OutboundLink link = openOutbound();

            link.sendHidden(hidden(1, 100_000), 0, MemorySegment.ofArray(new byte[100_000 * 16]));

            assertThat(take(answering.hidden).rows()).isEqualTo(100_000);
            Eventually.isTrue("nothing is pending", () -> {
                link.beat();
                return link.traffic().prefillBytes() > 0 && link.pendingBytes() == 0;
            });
        }

        @Test
        void putsRangesOfRowsTogether() throws Exception {
            OutboundLink link = openOutbound();
            byte[] values = new byte[9 * 16];
            new Random(6).nextBytes(values);
            MemorySegment rows = MemorySegment.ofArray(values);

            link.sendHidden(hidden(1, 9), 0, rows.asSlice(0, 2 * 16));
            link.sendHidden(hidden(1, 9), 2, rows.asSlice(2 * 16, 6 * 16));
            link.sendHidden(hidden(1, 9), 8, rows.asSlice(8 * 16, 16));

            assertThat(take(answering.hidden).values().toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(values);
        }

        @Test
        void goesOnBehindAStepThatFailedInTheMiddle() throws Exception {
            OutboundLink link = openOutbound();

            link.sendHidden(hidden(1, 9), 0, MemorySegment.ofArray(new byte[2 * 16]));
            link.abandonHidden();
            link.sendHidden(hidden(2, 9), 0, MemorySegment.ofArray(new byte[9 * 16]));

            assertThat(take(answering.hidden).stepId()).isEqualTo(2);
        }

        @Test
        void takesReportsOfItsEpochOnly() throws Exception {
            openOutbound();
            InboundLink other = take(answering.links);
            StageReport report =
                    new StageReport(EPOCH, 2, 11, new DecodeCost(17, 18), 12, 13, 14, new LinkRate(15, 16));

            other.sendReport(new StageReport(EPOCH - 1, 1, 1, 1, 1, 1, LinkRate.UNKNOWN));
            other.sendReport(report);

            assertThat(take(reports)).isEqualTo(report);
            assertThat(reports).isEmpty();
        }

        @Test
        void measuresTheRateByLargeTensorsAndTheDelayByTheEchoesOfItsBeats() throws Exception {
            OutboundLink link = openOutbound();

            link.beat();
            link.sendHidden(hidden(1, 100_000), 0, MemorySegment.ofArray(new byte[100_000 * 16]));

            Eventually.isTrue(
                    "rate and delay are known",
                    () -> link.rate().oneWayNanos() > 0 && link.rate().bytesPerSecond() > 0);
        }

        private OutboundLink openOutbound() throws Exception {
            return open(SPEC);
        }

        private OutboundLink open(LinkSpec spec) throws Exception {
            return OutboundLink.open(
                    List.of(new OutboundLink.Dialled(LinkClass.LINK_CLASS_CONTROL, channel)),
                    spec,
                    LinkOptions.DEFAULT,
                    Duration.ofSeconds(20),
                    replies);
        }
    }

    private static StepPlan plan(long epoch, long stepId) {
        return new StepPlan(
                epoch, stepId, StepKind.DECODE, List.of(), List.of(), BlockChanges.NONE, List.of(), List.of());
    }

    private static StepPlan hidden(long stepId, int rows) {
        return new StepPlan(
                EPOCH,
                stepId,
                StepKind.PREFILL,
                List.of(SequenceRows.fresh(7, 0, rows, true, List.of())),
                List.of(),
                BlockChanges.NONE,
                List.of(),
                List.of());
    }

    private static LinkSpec specOf(long epoch) {
        return new LinkSpec(epoch, "here", "there", SPEC.peerName(), SPEC.hiddenSize(), SPEC.codec());
    }

    private static Frame sealed(long sequence, long number, StepPlan plan) {
        return sealed(sequence, number, PlanCodec.encode(plan));
    }

    private static Frame sealed(long sequence, long number, ByteString message) {
        return SealedFrames.seal(
                Frames.of(EPOCH)
                        .setSequence(sequence)
                        .setPlan(MessagePiece.newBuilder().setNumber(number).setTotalBytes(message.size()))
                        .build(),
                message);
    }

    private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came within 20 s");
        }
        return next;
    }

    /** A dialling end that sends what the test says. */
    private final class Peer implements StreamObserver<Frame> {

        private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
        private final BlockingQueue<Status> ends = new LinkedBlockingQueue<>();

        StreamObserver<Frame> stream() {
            return StageServiceGrpc.newStub(channel).link(this);
        }

        @Override
        public void onNext(Frame frame) {
            frames.add(frame);
        }

        @Override
        public void onError(Throwable failure) {
            ends.add(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            ends.add(Status.OK);
        }
    }

    /** An answering end that takes every link of the epoch. */
    private final class Answering extends StageServiceGrpc.StageServiceImplBase implements LinkAcceptor, LinkReceiver {

        private final BlockingQueue<StepPlan> plans = new LinkedBlockingQueue<>();
        private final BlockingQueue<HiddenState> hidden = new LinkedBlockingQueue<>();
        private final BlockingQueue<InboundLink> links = new LinkedBlockingQueue<>();

        @Override
        public StreamObserver<Frame> link(StreamObserver<Frame> responses) {
            return new InboundStream(this, responses);
        }

        @Override
        public Expected expect(LinkOpen open) throws StatusException {
            if (open.getEpoch() != EPOCH) {
                throw Status.FAILED_PRECONDITION
                        .withDescription("this stage is in epoch " + EPOCH)
                        .asException();
            }
            return new Expected(SPEC, this, losses::add, LinkFaults.NONE);
        }

        @Override
        public void opened(InboundLink link) {
            links.add(link);
        }

        @Override
        public void onPlan(StepPlan plan) {
            plans.add(plan);
        }

        @Override
        public void onHiddenState(HiddenState state) {
            hidden.add(state);
        }

        @Override
        public void onOutcome(StepOutcome outcome) {
            throw new AssertionError("no outcome was expected");
        }
    }
}
