package dev.molink.stagenode.link;

import com.google.protobuf.ByteString;
import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.proto.stage.v1.LinkClass;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.plan.LinkTraffic;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepKind;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.replay.Driven;
import dev.molink.stagenode.replay.QueueEvent;
import dev.molink.stagenode.transmit.TransmitClass;
import dev.molink.stagenode.transmit.TransmitQueue;
import io.grpc.Channel;
import io.grpc.Status;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The dialling end of a link: plans, hidden states and outcomes go out here, over one connection or two that share one
 * transmit queue; reports and outcomes of failed steps come back. Thread-safe; nothing but {@link #open} and {@link #close}
 * waits.
 */
public final class OutboundLink implements Link {

    /** Encoded hidden states of one connection that the other end has not acknowledged. */
    static final long WINDOW_BYTES = 64L << 20;

    private static final long IDLE_POOL_BYTES = 64L << 20;
    private static final Duration CLOSE_PATIENCE = Duration.ofMillis(500);

    private final LinkSpec spec;
    private final LinkReplies replies;
    private final AtomicBoolean over = new AtomicBoolean();
    private final ActivationPool pool = ActivationPool.ofArrays(IDLE_POOL_BYTES);
    private final List<OutboundConnection> connections;
    private final LinkSender sender;

    /**
     * A connection that is to be opened.
     *
     * @param channel of its own, so that nothing else shares its socket
     */
    public record Dialled(LinkClass linkClass, Channel channel) {}

    private OutboundLink(List<LinkClass> classes, LinkSpec spec, LinkOptions options, LinkReplies replies) {
        this.spec = spec;
        this.replies = replies;
        Events events = new Events();
        List<OutboundConnection> made = new ArrayList<>();
        for (LinkClass linkClass : classes) {
            Inbox inbox = new Inbox(spec, new Replies(made.size()));
            made.add(new OutboundConnection(linkClass, inbox, options.faults(), events));
        }
        this.connections = List.copyOf(made);
        Driven<TransmitQueue> queue = new Driven<>(
                new TransmitQueue(options.policy()),
                options.recorder().queue("link to " + spec.peerName(), options.policy()));
        queue.take(new QueueEvent.RateAssumed(options.initial(), System.nanoTime()));
        Outbox outbox = new Outbox(spec, queue, classes.size(), WINDOW_BYTES, pool);
        this.sender = new LinkSender(
                "link-to-" + spec.peerNodeId(),
                outbox,
                connections,
                failure -> lose("the link to %s is of no use: %s".formatted(spec.peerName(), failure.getMessage())));
    }

    /**
     * Opens the connections and waits until the other end has taken its place.
     *
     * @param dialled the first carries control and decode, and whatever has no other; a second one prefill
     * @throws LinkRefusedException if the other end refuses or cannot be reached in time
     */
    public static OutboundLink open(
            List<Dialled> dialled, LinkSpec spec, LinkOptions options, Duration patience, LinkReplies replies)
            throws LinkRefusedException, InterruptedException {
        OutboundLink link =
                new OutboundLink(dialled.stream().map(Dialled::linkClass).toList(), spec, options, replies);
        for (int lane = 0; lane < dialled.size(); lane++) {
            link.connections.get(lane).start(dialled.get(lane).channel());
            link.sender.urgent(lane, Frames.open(spec, dialled.get(lane).linkClass()));
        }
        link.sender.start();
        link.awaitOpened(patience);
        return link;
    }

    private void awaitOpened(Duration patience) throws LinkRefusedException, InterruptedException {
        try {
            CompletableFuture.allOf(
                            connections.stream().map(OutboundConnection::opened).toArray(CompletableFuture[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            close(new LinkLoss("", "the link was refused"));
            throw new LinkRefusedException(spec, Status.fromThrowable(e.getCause()));
        } catch (TimeoutException e) {
            close(new LinkLoss("", "the link did not open in time"));
            throw new LinkRefusedException(
                    spec, Status.DEADLINE_EXCEEDED.withDescription("no answer within " + patience.toSeconds() + " s"));
        }
    }

    @Override
    public LinkSpec spec() {
        return spec;
    }

    /** Queues a plan behind every plan that was queued before. */
    public void sendPlan(StepPlan plan) {
        require(sender.plan(plan), "plan of step " + plan.stepId());
    }

    /** Queues an outcome. */
    public void sendOutcome(StepOutcome outcome) {
        require(sender.outcome(outcome), "outcome of step " + outcome.stepId());
    }

    /**
     * Queues a copy of rows of a step's hidden state: all at once, or in ranges in order.
     *
     * @param firstRow of the plan, with which {@code values} begins
     * @param values {@code [rows, hiddenSize]} f32, little-endian
     */
    public void sendHidden(StepPlan plan, int firstRow, MemorySegment values) {
        TransmitClass kind = plan.kind() == StepKind.PREFILL ? TransmitClass.PREFILL : TransmitClass.DECODE;
        int rows = Math.toIntExact(values.byteSize() / ((long) spec.hiddenSize() * Float.BYTES));
        HiddenRows range = new HiddenRows(plan.stepId(), kind, plan.tokens(), firstRow, rows, pool.copyOf(values));
        require(sender.rows(range), "hidden state of step " + plan.stepId());
    }

    /** The step whose rows were sent last has failed: what is due of them will not come. */
    public void abandonHidden() {
        sender.abandon();
    }

    /** A decode step begins to compute on this stage, or is through. */
    public void decodeRuns(boolean running) {
        sender.decodeRuns(running);
    }

    /** What acknowledgements and echoes have shown so far. */
    public LinkRate rate() {
        return sender.rate();
    }

    /** What was sent so far, as of the last beat. */
    public LinkTraffic traffic() {
        return sender.traffic();
    }

    /** Bytes of encoded hidden states that wait or were not acknowledged, as of the last beat. */
    public long pendingBytes() {
        return sender.pendingBytes();
    }

    private void require(boolean queued, String what) {
        if (!queued && !over.get()) {
            lose("%s takes nothing any more: no room for the %s".formatted(spec.peerName(), what));
        }
    }

    @Override
    public void beat() {
        if (isAnyLost()) {
            lose("%s missed three heartbeats".formatted(spec.peerName()));
        } else {
            sender.beat();
        }
    }

    /** Every connection counts its beats. */
    private boolean isAnyLost() {
        boolean lost = false;
        for (OutboundConnection connection : connections) {
            lost |= connection.isLost();
        }
        return lost;
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
        sender.close(Frames.closed(spec.epoch(), reason), CLOSE_PATIENCE);
        connections.forEach(OutboundConnection::finish);
    }

    private final class Events implements OutboundConnection.Events {

        @Override
        public void writable() {
            sender.wake();
        }

        @Override
        public void reply(OutboundConnection connection, Acknowledgement acknowledgement) {
            sender.urgent(connections.indexOf(connection), Frames.acknowledgement(spec.epoch(), acknowledgement));
        }

        @Override
        public void contradicted(CorruptFrameException why) {
            lose("the link from %s is corrupt: %s".formatted(spec.peerName(), why.getMessage()));
        }

        @Override
        public void ended(Status status) {
            String detail = status.getDescription();
            lose("%s closed its link (%s%s)"
                    .formatted(spec.peerName(), status.getCode(), detail == null ? "" : ": " + detail));
        }
    }

    /** What comes back on one connection. */
    private final class Replies implements Inbox.Receiver {

        private final int lane;

        Replies(int lane) {
            this.lane = lane;
        }

        @Override
        public void message(ControlKind kind, ByteString bytes) throws CorruptFrameException {
            switch (kind) {
                case OUTCOME -> takeOutcome(OutcomeCodec.decode(bytes));
                case REPORT -> takeReport(ReportCodec.decode(bytes));
                case PLAN -> throw new CorruptFrameException("only the dialling end sends plans");
            }
        }

        private void takeOutcome(StepOutcome outcome) {
            if (outcome.epoch() == spec.epoch()) {
                replies.onOutcome(outcome);
            }
        }

        private void takeReport(StageReport report) {
            if (report.epoch() == spec.epoch()) {
                replies.onReport(report);
            }
        }

        @Override
        public void hidden(HiddenState hidden) throws CorruptFrameException {
            throw new CorruptFrameException("only the dialling end sends hidden states");
        }

        @Override
        public void acknowledged(Acknowledgement acknowledgement) {
            sender.acknowledged(lane, acknowledgement);
        }

        @Override
        public void connection(FrameHeader header) throws CorruptFrameException {
            switch (header.getBodyCase()) {
                case OPENED -> connections.get(lane).opened().complete(null);
                case CLOSED -> lose(Frames.loss(header.getClosed()));
                default -> throw new CorruptFrameException("only the dialling end opens a link");
            }
        }
    }
}
