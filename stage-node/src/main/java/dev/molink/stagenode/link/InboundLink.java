package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.LinkHeartbeat;
import dev.molink.proto.stage.v1.TensorChunk;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answering end of a link: plans, hidden states and outcomes come in here. Frames come one after the other on the
 * transport's threads; beats and farewells come from others, so both sides of the state are locked: {@code reassembly}
 * by itself, the response stream by itself, never one inside the other.
 */
public final class InboundLink implements Link {

    /** Memory for hidden states that are not complete; twice what a sender's window lets under way. */
    static final long REASSEMBLY_BYTES = 2 * OutboundLink.WINDOW_BYTES;

    static final Duration REASSEMBLY_PATIENCE = Duration.ofSeconds(30);

    private final LinkSpec spec;
    private final LinkReceiver receiver;
    private final Consumer<LinkLoss> onLoss;
    private final ServerCallStreamObserver<Frame> responses;
    private final TensorReassembly reassembly;
    private final PulseMonitor pulse = new PulseMonitor();
    private final AtomicBoolean over = new AtomicBoolean();

    // Owned by the thread that beats.
    private long beats;

    InboundLink(LinkAcceptor.Expected expected, ServerCallStreamObserver<Frame> responses) {
        this.spec = expected.spec();
        this.receiver = expected.receiver();
        this.onLoss = expected.onLoss();
        this.responses = responses;
        this.reassembly = new TensorReassembly(
                spec.hiddenSize(),
                REASSEMBLY_BYTES,
                REASSEMBLY_PATIENCE,
                ActivationPool.ofNativeMemory(REASSEMBLY_BYTES));
    }

    void begin() {
        respond(Frames.opened());
    }

    @Override
    public LinkSpec spec() {
        return spec;
    }

    void onFrame(Frame frame) {
        pulse.heard();
        if (over.get()) {
            return;
        }
        try {
            take(frame);
        } catch (CorruptFrameException e) {
            lose(Status.DATA_LOSS, "the link from %s is corrupt: %s".formatted(spec.peerName(), e.getMessage()));
        }
    }

    private void take(Frame frame) throws CorruptFrameException {
        switch (frame.getBodyCase()) {
            case PLAN -> takePlan(PlanCodec.decode(frame.getPlan()));
            case CHUNK -> takeChunk(frame.getChunk());
            case OUTCOME -> takeOutcome(OutcomeCodec.decode(frame.getOutcome()));
            case HEARTBEAT -> takeHeartbeat(frame.getHeartbeat());
            case CLOSED -> lose(Status.OK, Frames.loss(frame.getClosed()));
            case OPEN, OPENED, ACKNOWLEDGEMENT, REPORT, BODY_NOT_SET ->
                throw new CorruptFrameException(frame.getBodyCase() + " has no place in an open link");
        }
    }

    private void takeHeartbeat(LinkHeartbeat heartbeat) {
        if (heartbeat.getSentNanos() != 0) {
            respond(Frames.echo(heartbeat));
        }
    }

    private void takePlan(StepPlan plan) {
        if (plan.epoch() == spec.epoch()) {
            receiver.onPlan(plan);
        }
    }

    private void takeOutcome(StepOutcome outcome) {
        if (outcome.epoch() == spec.epoch()) {
            receiver.onOutcome(outcome);
        }
    }

    private void takeChunk(TensorChunk chunk) throws CorruptFrameException {
        if (chunk.getEpoch() != spec.epoch()) {
            return;
        }
        @Nullable HiddenState complete;
        synchronized (reassembly) {
            complete = reassembly.accept(chunk, System.nanoTime());
        }
        if (complete != null) {
            respond(Frames.acknowledgement(complete));
            receiver.onHiddenState(complete);
        }
    }

    @Override
    public void beat() {
        if (pulse.isLost()) {
            lose(Status.UNAVAILABLE, "%s missed three heartbeats".formatted(spec.peerName()));
            return;
        }
        respond(Frames.heartbeat(++beats));
        try {
            synchronized (reassembly) {
                reassembly.checkProgress(System.nanoTime());
            }
        } catch (CorruptFrameException e) {
            lose(Status.DATA_LOSS, "the link from %s stalled: %s".formatted(spec.peerName(), e.getMessage()));
        }
    }

    /** Sends the outcome of a step that failed here back towards the head. */
    public void sendOutcome(StepOutcome outcome) {
        respond(Frames.outcome(outcome));
    }

    /** Sends what this stage or a later one has measured back towards the head. */
    public void sendReport(StageReport report) {
        respond(Frames.report(report));
    }

    @Override
    public void close(LinkLoss reason) {
        if (over.compareAndSet(false, true)) {
            end(Status.OK, reason);
        }
    }

    void onEnd(Status status) {
        String detail = status.getDescription();
        lose(
                status,
                "%s closed its link (%s%s)"
                        .formatted(spec.peerName(), status.getCode(), detail == null ? "" : ": " + detail));
    }

    private void lose(Status status, String reason) {
        lose(status, new LinkLoss(spec.peerNodeId(), reason));
    }

    private void lose(Status status, LinkLoss loss) {
        if (over.compareAndSet(false, true)) {
            end(status, loss);
            onLoss.accept(loss);
        }
    }

    /** Tells the other end why and ends the stream; on a stream that is gone already nothing happens. */
    private void end(Status status, LinkLoss reason) {
        synchronized (responses) {
            if (responses.isCancelled()) {
                return;
            }
            responses.onNext(Frames.closed(reason));
            if (status.isOk()) {
                responses.onCompleted();
            } else {
                responses.onError(status.withDescription(reason.reason()).asException());
            }
        }
    }

    private void respond(Frame frame) {
        synchronized (responses) {
            if (!over.get() && !responses.isCancelled()) {
                responses.onNext(frame);
            }
        }
    }
}
