package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.stagenode.activation.ActivationPool;
import dev.molink.stagenode.link.SentFrames.Piece;
import dev.molink.stagenode.plan.LinkTraffic;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.plan.StepOutcome;
import dev.molink.stagenode.plan.StepPlan;
import dev.molink.stagenode.replay.Driven;
import dev.molink.stagenode.replay.QueueEvent;
import dev.molink.stagenode.transmit.PrefillFlows;
import dev.molink.stagenode.transmit.PrefillFlows.Flow;
import dev.molink.stagenode.transmit.TransmitClass;
import dev.molink.stagenode.transmit.TransmitDecision;
import dev.molink.stagenode.transmit.TransmitFigures;
import dev.molink.stagenode.transmit.TransmitMessage;
import dev.molink.stagenode.transmit.TransmitPolicy;
import dev.molink.stagenode.transmit.TransmitQueue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What goes out to a neighbour over one connection or two, without thread or socket: events and their times go in,
 * {@link #next} gives the frames. In which order messages go is decided by the {@link TransmitQueue}; here they are
 * encoded, cut into frames, kept until the other end has them, and repeated where it lacks some.
 *
 * <p>Lane 0 carries control and decode, lane 1, where there is one, prefill. Not thread-safe; times are nanoseconds of one
 * clock that never goes back.
 */
final class Outbox {

    /** A range of a message may go so often in all; behind that the link is of no use. */
    static final int MAX_ATTEMPTS = 20;

    /** One-way delays for which acknowledgements may stay away before one is asked for. */
    private static final long SILENCE_DELAYS = 4;

    private final LinkSpec spec;
    private final Driven<TransmitQueue> queue;
    private final PrefillFlows flows = new PrefillFlows();
    private final ActivationPool pool;
    private final boolean probing;
    private final List<OutboundLane> lanes;
    private final Map<Long, Parcel> parcels = new HashMap<>();
    private final Deque<OutgoingTensor> encoding = new ArrayDeque<>();

    private long nextId;
    private @Nullable OutgoingTensor growing;
    private @Nullable Departing departing;
    private long framesRepeated;
    private long probes;
    private long busyNanosBefore;
    private long trafficNanosBefore;

    /** When the queue wants to be asked again; set whenever it gave nothing. */
    private long queueUntilNanos;

    /** What {@link #next} says. */
    sealed interface Move {

        /** The frame goes out on the lane now. */
        record Send(int lane, Frame frame) implements Move {}

        /** Nothing goes before then, unless something happens. */
        record Wait(long untilNanos) implements Move {}
    }

    /** Bytes that the queue let go and that are longer than a frame may be. */
    private record Departing(long id, TransmitClass kind, long offset, long end) {}

    /**
     * @param laneCount 2 where prefill has a connection of its own, otherwise 1
     * @param windowBytes of encoded tensors of one lane that the other end may have to keep
     * @param pool memory of encoded tensors, on the heap
     */
    Outbox(LinkSpec spec, Driven<TransmitQueue> queue, int laneCount, long windowBytes, ActivationPool pool) {
        this(spec, queue, laneCount, windowBytes, pool, true);
    }

    private Outbox(
            LinkSpec spec,
            Driven<TransmitQueue> queue,
            int laneCount,
            long windowBytes,
            ActivationPool pool,
            boolean probing) {
        this.spec = spec;
        this.queue = queue;
        this.pool = pool;
        this.probing = probing;
        this.lanes = IntStream.range(0, laneCount)
                .mapToObj(_ -> new OutboundLane(spec.epoch(), windowBytes))
                .toList();
    }

    /** For outcomes and reports that go back on a connection, whose rate that way nobody asks for. */
    static Outbox ofReplies(LinkSpec spec) {
        return new Outbox(
                spec,
                new Driven<>(new TransmitQueue(TransmitPolicy.FIFO), null),
                1,
                0,
                ActivationPool.ofArrays(0),
                false);
    }

    void add(StepPlan plan, long nowNanos) {
        flows.follow(plan);
        add(OutgoingControl.of(plan, lanes.getFirst().nextMessageNumber()), nowNanos);
    }

    void add(StepOutcome outcome, long nowNanos) {
        add(OutgoingControl.of(outcome, lanes.getFirst().nextMessageNumber()), nowNanos);
    }

    void add(StageReport report, long nowNanos) {
        add(OutgoingControl.of(report, lanes.getFirst().nextMessageNumber()), nowNanos);
    }

    private void add(OutgoingMessage message, long nowNanos) {
        long id = nextId++;
        parcels.put(id, new Parcel(message));
        queue.take(
                new QueueEvent.MessageAdded(TransmitMessage.whole(id, message.kind(), message.byteCount()), nowNanos));
    }

    /**
     * Takes rows of a hidden state; the first ones begin it. One that was begun before and is not complete was given up.
     *
     * @throws IllegalArgumentException if they do not follow the rows before them
     */
    void add(HiddenRows rows, long nowNanos) {
        OutgoingTensor tensor = growing;
        if (rows.firstRow() == 0) {
            abandon(nowNanos);
            tensor = new OutgoingTensor(nextId++, rows, spec.hiddenSize(), spec.codec(), pool);
            laneOf(tensor.kind()).hold(tensor);
        }
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "row %d of step %d came before its row 0".formatted(rows.firstRow(), rows.stepId()));
        }
        tensor.give(rows);
        growing = tensor.isGiven() ? null : tensor;
        admit(nowNanos);
        if (parcels.containsKey(tensor.id())) {
            grew(tensor, nowNanos);
        }
    }

    /** The rest of the hidden state that grows will not come: its step failed. */
    void abandon(long nowNanos) {
        OutgoingTensor tensor = growing;
        if (tensor == null) {
            return;
        }
        growing = null;
        tensor.abandon();
        encoding.remove(tensor);
        if (parcels.containsKey(tensor.id())) {
            queue.take(new QueueEvent.MessageExtended(tensor.id(), tensor.readyBytes(), nowNanos));
        }
    }

    private void admit(long nowNanos) {
        for (OutboundLane lane : lanes) {
            for (OutgoingTensor tensor = lane.admit(); tensor != null; tensor = lane.admit()) {
                parcels.put(tensor.id(), new Parcel(tensor));
                queue.take(new QueueEvent.MessageAdded(message(tensor), nowNanos));
                grew(tensor, nowNanos);
            }
        }
    }

    private TransmitMessage message(OutgoingTensor tensor) {
        Flow flow = flows.take(tensor.stepId());
        return new TransmitMessage(
                tensor.id(),
                tensor.kind(),
                tensor.byteCount(),
                tensor.readyBytes(),
                flow == null ? tensor.id() : flow.id(),
                flow == null ? 0 : flow.laterRows() * spec.codec().rowBytes(spec.hiddenSize()));
    }

    /** A decode step's rows are few and urgent; a prefill's are encoded while frames go out. */
    private void grew(OutgoingTensor tensor, long nowNanos) {
        if (!tensor.isEncodable()) {
            return;
        }
        if (tensor.kind() == TransmitClass.PREFILL) {
            if (!encoding.contains(tensor)) {
                encoding.add(tensor);
            }
            return;
        }
        while (tensor.isEncodable()) {
            tensor.encodeSlice();
        }
        queue.take(new QueueEvent.MessageExtended(tensor.id(), tensor.readyBytes(), nowNanos));
    }

    private boolean encodeSlice(long nowNanos) {
        OutgoingTensor tensor = encoding.peek();
        if (tensor == null) {
            return false;
        }
        tensor.encodeSlice();
        if (!tensor.isEncodable()) {
            encoding.remove();
        }
        queue.take(new QueueEvent.MessageExtended(tensor.id(), tensor.readyBytes(), nowNanos));
        return true;
    }

    void decodeRuns(boolean running, long nowNanos) {
        queue.take(new QueueEvent.DecodeRan(running, nowNanos));
    }

    /** A frame that goes before all others. */
    void addUrgent(int lane, Frame frame) {
        lanes.get(lane).addUrgent(frame);
    }

    void beat(long nowNanos) {
        lanes.forEach(lane -> lane.addHeartbeat(nowNanos));
    }

    /** The other end has told what it has. */
    void acknowledged(int lane, Acknowledgement acknowledgement, long nowNanos) {
        if (acknowledgement.getEchoNanos() != 0) {
            queue.take(new QueueEvent.RoundTripMeasured(nowNanos - acknowledgement.getEchoNanos(), nowNanos));
        }
        Map<Long, Parcel> touched = new HashMap<>();
        lanes.get(lane)
                .acknowledged(
                        acknowledgement, SILENCE_DELAYS * queue.machine().rate().oneWayNanos(), nowNanos, piece -> {
                            Parcel parcel = parcels.get(piece.message());
                            if (parcel != null) {
                                parcel.arrived(piece.offset(), piece.length());
                                touched.put(piece.message(), parcel);
                            }
                        });
        touched.forEach((id, parcel) -> {
            queue.take(new QueueEvent.Acknowledged(
                    id, parcel.arrivedBytes(), acknowledgement.getArrivedNanos(), nowNanos));
            if (parcel.isComplete()) {
                finish(id, parcel);
            }
        });
        admit(nowNanos);
    }

    private void finish(long id, Parcel parcel) {
        parcels.remove(id);
        if (parcel.message() instanceof OutgoingTensor tensor) {
            encoding.remove(tensor);
            laneOf(tensor.kind()).leaveWindow(tensor);
        }
        parcel.message().release();
    }

    /**
     * What goes out now; to be asked again as soon as that went, and after every event.
     *
     * @param decodeWritable whether lane 0 takes a frame without piling it up
     * @param prefillWritable the same of lane 1; of lane 0 where there is no other
     * @throws CorruptFrameException if the other end lacks something after so many attempts
     */
    Move next(long nowNanos, boolean decodeWritable, boolean prefillWritable) throws CorruptFrameException {
        for (int lane = 0; lane < lanes.size(); lane++) {
            repeatLost(lanes.get(lane), nowNanos);
            lanes.get(lane).askWhenOverdue(lane == 0 ? decodeWritable : prefillWritable, nowNanos);
            Frame urgent = lanes.get(lane).pollUrgent();
            if (urgent != null) {
                return new Move.Send(lane, urgent);
            }
        }
        Move.Send frame = nextPiece(nowNanos, decodeWritable, prefillWritable);
        if (frame != null) {
            return frame;
        }
        if (encodeSlice(nowNanos) || probe(nowNanos)) {
            return new Move.Wait(nowNanos);
        }
        long until = queueUntilNanos;
        for (OutboundLane lane : lanes) {
            until = Math.min(until, lane.nextEventNanos());
        }
        return new Move.Wait(until);
    }

    /** While the link idles, bytes of lowest urgency show what it carries. */
    private boolean probe(long nowNanos) {
        if (!probing || !queue.take(new QueueEvent.ProbeAsked(nowNanos))) {
            return false;
        }
        probes++;
        add(new OutgoingPadding(TransmitQueue.PROBE_BYTES), nowNanos);
        return true;
    }

    private Move.@Nullable Send nextPiece(long nowNanos, boolean decodeWritable, boolean prefillWritable) {
        while (true) {
            if (departing == null) {
                switch (queue.take(new QueueEvent.DecisionAsked(nowNanos, decodeWritable, prefillWritable))) {
                    case TransmitDecision.Wait(long until) -> {
                        queueUntilNanos = until;
                        return null;
                    }
                    case TransmitDecision.Send(long id, TransmitClass kind, long offset, int length) ->
                        departing = new Departing(id, kind, offset, offset + length);
                }
            }
            Departing now = departing;
            if (!(now.kind() == TransmitClass.PREFILL ? prefillWritable : decodeWritable)) {
                queueUntilNanos = SentFrames.NEVER;
                return null;
            }
            int length = (int) Math.min(SealedFrames.MAX_DATA_BYTES, now.end() - now.offset());
            departing = now.offset() + length == now.end()
                    ? null
                    : new Departing(now.id(), now.kind(), now.offset() + length, now.end());
            Parcel parcel = parcels.get(now.id());
            if (parcel != null && !parcel.hasArrived(now.offset(), length)) {
                return send(now, length, parcel, nowNanos);
            }
        }
    }

    private Move.Send send(Departing now, int length, Parcel parcel, long nowNanos) {
        int lane = laneIndex(now.kind());
        if (parcel.attempts(now.offset()) > 0) {
            framesRepeated++;
        }
        FrameHeader.Builder header =
                lanes.get(lane).numbered(new Piece(now.id(), now.kind(), now.offset(), length), nowNanos);
        parcel.message().describe(header, now.offset());
        return new Move.Send(
                lane, SealedFrames.seal(header.build(), parcel.message().data(now.offset(), length)));
    }

    private void repeatLost(OutboundLane lane, long nowNanos) throws CorruptFrameException {
        for (Piece piece : lane.takeLost(nowNanos)) {
            Parcel parcel = parcels.get(piece.message());
            if (parcel == null) {
                continue;
            }
            if (parcel.lost(piece.offset(), piece.length()) > MAX_ATTEMPTS) {
                throw new CorruptFrameException("the %s did not arrive in %d attempts (bytes %d + %d of %d)"
                        .formatted(
                                parcel.message(),
                                MAX_ATTEMPTS,
                                piece.offset(),
                                piece.length(),
                                parcel.message().byteCount()));
            }
            queue.take(new QueueEvent.RepeatAsked(
                    piece.message(), piece.kind(), piece.offset(), piece.length(), nowNanos));
        }
    }

    private int laneIndex(TransmitClass kind) {
        return kind == TransmitClass.PREFILL ? lanes.size() - 1 : 0;
    }

    private OutboundLane laneOf(TransmitClass kind) {
        return lanes.get(laneIndex(kind));
    }

    LinkRate rate() {
        return queue.machine().rate();
    }

    /** What was sent so far; the share of busy time is over the time since this was asked last. */
    LinkTraffic traffic(long nowNanos) {
        TransmitFigures figures = queue.machine().figures();
        double busy = (double) (figures.busyNanos() - busyNanosBefore) / Math.max(1, nowNanos - trafficNanosBefore);
        busyNanosBefore = figures.busyNanos();
        trafficNanosBefore = nowNanos;
        return new LinkTraffic(
                Math.clamp(busy, 0, 1),
                figures.sent().control(),
                figures.sent().decode(),
                figures.sent().prefill(),
                figures.decodeWaitP50Nanos(),
                figures.decodeWaitP99Nanos(),
                framesRepeated,
                lanes.stream().mapToLong(OutboundLane::corruptFrames).sum(),
                probes);
    }

    /** Bytes of encoded tensors that wait or were not acknowledged. */
    long pendingBytes() {
        return lanes.stream().mapToLong(OutboundLane::pendingBytes).sum();
    }

    /** Gives the memory of all tensors back; nothing goes out any more. */
    void release() {
        parcels.values().forEach(parcel -> parcel.message().release());
        parcels.clear();
        queue.take(new QueueEvent.Cleared());
        encoding.clear();
        lanes.forEach(OutboundLane::release);
    }
}
