package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.proto.stage.v1.LinkClass;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answering end of one connection of a link: plans, hidden states and outcomes come in here; reports and outcomes of
 * failed steps go back. Frames come one after the other on the transport's threads; beats and farewells come from others,
 * so both sides of the state are locked: {@code inbox} first where both are, and {@code responses} with what goes back.
 */
public final class InboundLink implements Link {

    private final LinkSpec spec;
    private final LinkClass linkClass;
    private final LinkReceiver receiver;
    private final Consumer<LinkLoss> onLoss;
    private final ServerCallStreamObserver<Frame> responses;
    private final PulseMonitor pulse = new PulseMonitor();
    private final AtomicBoolean over = new AtomicBoolean();

    // Guarded by itself.
    private final Inbox inbox;

    // Guarded by responses. What goes back is little, so it goes at once.
    private final Outbox outbox;
    private final Consumer<Frame> wire;

    InboundLink(LinkAcceptor.Expected expected, LinkClass linkClass, ServerCallStreamObserver<Frame> responses) {
        this.spec = expected.spec();
        this.linkClass = linkClass;
        this.receiver = expected.receiver();
        this.onLoss = expected.onLoss();
        this.responses = responses;
        this.inbox = new Inbox(spec, new Arrivals());
        this.outbox = Outbox.ofReplies(spec);
        this.wire = FaultyFrames.between(expected.faults(), -linkClass.getNumber(), responses::onNext);
    }

    void begin() {
        respond(Frames.opened(spec.epoch()));
    }

    @Override
    public LinkSpec spec() {
        return spec;
    }

    public LinkClass linkClass() {
        return linkClass;
    }

    void onFrame(Frame frame) {
        pulse.heard();
        if (over.get()) {
            return;
        }
        try {
            @Nullable Acknowledgement reply;
            synchronized (inbox) {
                reply = inbox.accept(frame, System.nanoTime());
            }
            if (reply != null) {
                respond(Frames.acknowledgement(spec.epoch(), reply));
            }
        } catch (CorruptFrameException e) {
            lose(Status.DATA_LOSS, "the link from %s is corrupt: %s".formatted(spec.peerName(), e.getMessage()));
        }
    }

    @Override
    public void beat() {
        if (pulse.isLost()) {
            lose(Status.UNAVAILABLE, "%s missed three heartbeats".formatted(spec.peerName()));
            return;
        }
        goBack(back -> back.beat(System.nanoTime()));
        try {
            synchronized (inbox) {
                inbox.checkProgress(System.nanoTime());
            }
        } catch (CorruptFrameException e) {
            lose(Status.DATA_LOSS, "the link from %s stalled: %s".formatted(spec.peerName(), e.getMessage()));
        }
    }

    /** Sends the outcome of a step that failed here back towards the head. */
    public void sendOutcome(StepOutcome outcome) {
        goBack(back -> back.add(outcome, System.nanoTime()));
    }

    /** Sends what this stage or a later one has measured back towards the head. */
    public void sendReport(StageReport report) {
        goBack(back -> back.add(report, System.nanoTime()));
    }

    private void respond(Frame frame) {
        goBack(back -> back.addUrgent(0, frame));
    }

    /** Changes what is to go back, and sends what may go by now. */
    private void goBack(Consumer<Outbox> change) {
        try {
            synchronized (responses) {
                if (over.get() || responses.isCancelled()) {
                    return;
                }
                change.accept(outbox);
                while (outbox.next(System.nanoTime(), true, true) instanceof Outbox.Move.Send(int _, Frame frame)) {
                    wire.accept(frame);
                }
            }
        } catch (CorruptFrameException e) {
            lose(Status.DATA_LOSS, "the link to %s is of no use: %s".formatted(spec.peerName(), e.getMessage()));
        }
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
            responses.onNext(Frames.closed(spec.epoch(), reason));
            if (status.isOk()) {
                responses.onCompleted();
            } else {
                responses.onError(status.withDescription(reason.reason()).asException());
            }
        }
    }

    /** What the inbox hands on. */
    private final class Arrivals implements Inbox.Receiver {

        @Override
        public void message(ControlKind kind, ByteString bytes) throws CorruptFrameException {
            switch (kind) {
                case PLAN -> takePlan(PlanCodec.decode(bytes));
                case OUTCOME -> takeOutcome(OutcomeCodec.decode(bytes));
                case REPORT -> throw new CorruptFrameException("only the answering end sends reports");
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

        @Override
        public void hidden(HiddenState hidden) {
            receiver.onHiddenState(hidden);
        }

        @Override
        public void acknowledged(Acknowledgement acknowledgement) {
            goBack(back -> back.acknowledged(0, acknowledgement, System.nanoTime()));
        }

        @Override
        public void connection(FrameHeader header) throws CorruptFrameException {
            switch (header.getBodyCase()) {
                case CLOSED -> lose(Status.OK, Frames.loss(header.getClosed()));
                default -> throw new CorruptFrameException(header.getBodyCase() + " has no place in an open link");
            }
        }
    }
}
