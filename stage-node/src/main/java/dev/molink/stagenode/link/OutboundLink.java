package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.CheckedBytes;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.LinkHeartbeat;
import dev.molink.proto.stage.v1.StageServiceGrpc;
import dev.molink.stagenode.activation.Activation;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The dialling end of a link: plans, hidden states and outcomes go out here; outcomes of failed steps come back.
 * Thread-safe; nothing but {@link #open} and {@link #close} waits.
 */
public final class OutboundLink implements Link {

    /** Bytes of hidden states that the other end has not acknowledged. */
    static final long WINDOW_BYTES = 32L << 20;

    private static final Duration CLOSE_PATIENCE = Duration.ofMillis(500);

    private final LinkSpec spec;
    private final LinkReplies replies;
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong beats = new AtomicLong();
    private final PulseMonitor pulse = new PulseMonitor();
    private final Responses responses = new Responses();
    private final ActivationPool pool = ActivationPool.ofArrays(WINDOW_BYTES);
    private final LinkMeter meter = new LinkMeter();
    private final TransmitQueue queue;

    private OutboundLink(LinkSpec spec, LinkReplies replies) {
        this.spec = spec;
        this.replies = replies;
        this.queue = new TransmitQueue(
                "link-%s-to-%s".formatted(spec.linkClass(), spec.peerNodeId()), WINDOW_BYTES, responses, meter);
    }

    /**
     * Opens the stream and waits until the other end has taken its place.
     *
     * @throws LinkRefusedException if the other end refuses or cannot be reached in time
     */
    public static OutboundLink open(Channel channel, LinkSpec spec, Duration patience, LinkReplies replies)
            throws LinkRefusedException, InterruptedException {
        OutboundLink link = new OutboundLink(spec, replies);
        // A link outlives the call that asked for it, whose end would cancel everything begun under its context.
        Context.ROOT.run(
                () -> StageServiceGrpc.newStub(channel).withWaitForReady().link(link.responses));
        link.queue.addUrgent(Frames.open(spec));
        link.queue.start();
        try {
            link.opened.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return link;
        } catch (ExecutionException e) {
            link.close(new LinkLoss("", "the link was refused"));
            throw new LinkRefusedException(spec, Status.fromThrowable(e.getCause()));
        } catch (TimeoutException e) {
            link.close(new LinkLoss("", "the link did not open in time"));
            throw new LinkRefusedException(
                    spec, Status.DEADLINE_EXCEEDED.withDescription("no answer within " + patience.toSeconds() + " s"));
        }
    }

    @Override
    public LinkSpec spec() {
        return spec;
    }

    /** Queues a plan behind everything that was queued before. */
    public void sendPlan(StepPlan plan) {
        require(queue.add(() -> Frames.plan(plan)), "plan of step " + plan.stepId());
    }

    /** Queues an outcome. */
    public void sendOutcome(StepOutcome outcome) {
        require(queue.add(() -> Frames.outcome(outcome)), "outcome of step " + outcome.stepId());
    }

    /**
     * Queues a copy of a hidden state.
     *
     * @param values {@code [rows, hiddenSize]} f32, little-endian
     */
    public void sendHiddenState(long stepId, int rows, MemorySegment values) {
        Activation copy = pool.copyOf(values.asSlice(0, (long) rows * spec.hiddenSize() * Float.BYTES));
        OutboundTensor tensor =
                new OutboundTensor(spec.epoch(), stepId, spec.linkClass(), rows, spec.hiddenSize(), copy);
        require(queue.add(tensor), "hidden state of step " + stepId);
    }

    /** Bytes that wait or were not acknowledged. */
    public long unacknowledgedBytes() {
        return queue.unacknowledgedBytes();
    }

    /** What acknowledgements and echoes have shown so far. */
    public LinkRate rate() {
        return meter.rate();
    }

    private void require(boolean queued, String what) {
        if (!queued && !over.get()) {
            lose("%s takes nothing any more: no room for the %s".formatted(spec.peerName(), what));
        }
    }

    @Override
    public void beat() {
        if (pulse.isLost()) {
            lose("%s missed three heartbeats".formatted(spec.peerName()));
        } else {
            queue.addUrgent(Frames.heartbeat(beats.incrementAndGet(), System.nanoTime()));
        }
    }

    @Override
    public void close(LinkLoss reason) {
        if (over.compareAndSet(false, true)) {
            end(reason);
        }
    }

    private void lose(String reason) {
        lose(new LinkLoss(spec.peerNodeId(), reason));
    }

    private void lose(LinkLoss loss) {
        if (over.compareAndSet(false, true)) {
            end(loss);
            replies.onLoss(loss);
        }
    }

    private void end(LinkLoss reason) {
        queue.addUrgent(Frames.closed(reason));
        queue.close(CLOSE_PATIENCE);
        responses.finish();
    }

    private void onFrame(Frame frame) {
        pulse.heard();
        switch (frame.getBodyCase()) {
            case OPENED -> opened.complete(null);
            case ACKNOWLEDGEMENT ->
                queue.acknowledged(
                        frame.getAcknowledgement().getStepId(),
                        frame.getAcknowledgement().getBytes());
            case HEARTBEAT -> takeEcho(frame.getHeartbeat());
            case CLOSED -> lose(Frames.loss(frame.getClosed()));
            case OUTCOME -> takeOutcome(frame.getOutcome());
            case REPORT -> takeReport(ReportCodec.decode(frame.getReport()));
            case OPEN, PLAN, CHUNK, BODY_NOT_SET ->
                lose("%s sent a frame that only the dialling end sends: %s"
                        .formatted(spec.peerName(), frame.getBodyCase()));
        }
    }

    private void takeEcho(LinkHeartbeat heartbeat) {
        if (heartbeat.getEchoNanos() != 0) {
            long now = System.nanoTime();
            meter.roundTrip(now - heartbeat.getEchoNanos(), now);
        }
    }

    private void takeReport(StageReport report) {
        if (report.epoch() == spec.epoch()) {
            replies.onReport(report);
        }
    }

    private void takeOutcome(CheckedBytes sealed) {
        try {
            StepOutcome outcome = OutcomeCodec.decode(sealed);
            if (outcome.epoch() == spec.epoch()) {
                replies.onOutcome(outcome);
            }
        } catch (CorruptFrameException e) {
            lose("the link from %s is corrupt: %s".formatted(spec.peerName(), e.getMessage()));
        }
    }

    private void onEnd(Status status) {
        if (!opened.completeExceptionally(status.asException())) {
            String detail = status.getDescription();
            lose("%s closed its link (%s%s)"
                    .formatted(spec.peerName(), status.getCode(), detail == null ? "" : ": " + detail));
        }
    }

    /** The transport's side of the stream. */
    private final class Responses implements ClientResponseObserver<Frame, Frame>, FrameSink {

        /** Set before the stream starts, so before anything else here is called. */
        private volatile @Nullable ClientCallStreamObserver<Frame> requests;

        @Override
        public void beforeStart(ClientCallStreamObserver<Frame> stream) {
            requests = stream;
            stream.setOnReadyHandler(() -> queue.readyChanged());
        }

        private ClientCallStreamObserver<Frame> stream() {
            return Objects.requireNonNull(requests);
        }

        @Override
        public boolean isReady() {
            return stream().isReady();
        }

        @Override
        public void send(Frame frame) {
            stream().onNext(frame);
        }

        /** Half-closes; the other end answers by ending the stream, and the channel's owner ends what hangs. */
        void finish() {
            try {
                stream().onCompleted();
            } catch (IllegalStateException e) {
                stream().cancel("the link is over", e);
            }
        }

        @Override
        public void onNext(Frame frame) {
            onFrame(frame);
        }

        @Override
        public void onError(Throwable failure) {
            onEnd(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            onEnd(Status.UNAVAILABLE.withDescription("ended by the other side"));
        }
    }
}
