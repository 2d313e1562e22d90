package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Acknowledgement;
import dev.molink.proto.stage.v1.Frame;
import dev.molink.proto.stage.v1.FrameHeader;
import dev.molink.stagenode.link.SentFrames.Piece;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection of an {@link Outbox}: which frames are under way on it, what must go at once, and which tensors wait for
 * room in the window. When acknowledgements stay away, a heartbeat asks for one: it goes behind the frames in question,
 * so its answer tells about them however slow the link is.
 */
final class OutboundLane {

    private static final long SHORTEST_SILENCE_NANOS = 50_000_000;
    private static final long LONGEST_SILENCE_NANOS = 1_000_000_000;

    private final long epoch;
    private final SentFrames sent = new SentFrames();
    private final Deque<Frame> urgent = new ArrayDeque<>();
    private final Deque<OutgoingTensor> held = new ArrayDeque<>();
    private final long windowLimit;

    private long windowBytes;
    private long nextNumber;
    private long silenceNanos = SHORTEST_SILENCE_NANOS;
    private long askAtNanos = SentFrames.NEVER;
    private long corruptFrames;

    OutboundLane(long epoch, long windowLimit) {
        this.epoch = epoch;
        this.windowLimit = windowLimit;
    }

    /** The number of the next message that goes in order. */
    long nextMessageNumber() {
        return nextNumber++;
    }

    /** A frame that goes before everything that waits. */
    void addUrgent(Frame frame) {
        urgent.add(frame);
    }

    @Nullable
    Frame pollUrgent() {
        return urgent.poll();
    }

    void addHeartbeat(long nowNanos) {
        addUrgent(Frames.heartbeat(numbered(null, nowNanos), nowNanos));
    }

    /** The beginning of a numbered frame's header. */
    FrameHeader.Builder numbered(@Nullable Piece piece, long nowNanos) {
        FrameHeader.Builder header = Frames.of(epoch);
        sent.number(header, piece);
        if (askAtNanos == SentFrames.NEVER) {
            askAtNanos = nowNanos + silenceNanos;
        }
        return header;
    }

    void hold(OutgoingTensor tensor) {
        held.add(tensor);
    }

    /** The next tensor that the window has room for, which is taken; one that is larger than the window goes alone. */
    @Nullable
    OutgoingTensor admit() {
        OutgoingTensor first = held.peek();
        if (first == null || (windowBytes > 0 && windowBytes + first.byteCount() > windowLimit)) {
            return null;
        }
        windowBytes += first.byteCount();
        return held.remove();
    }

    void leaveWindow(OutgoingTensor tensor) {
        windowBytes -= tensor.byteCount();
    }

    /** Bytes of tensors that wait or were not acknowledged. */
    long pendingBytes() {
        return windowBytes + held.stream().mapToLong(OutgoingTensor::byteCount).sum();
    }

    /** @param silence how long acknowledgements may stay away before one is asked for, if that is reasonable */
    void acknowledged(Acknowledgement acknowledgement, long silence, long nowNanos, Consumer<Piece> arrived) {
        sent.acknowledged(acknowledgement, nowNanos, arrived);
        silenceNanos = Math.clamp(silence, SHORTEST_SILENCE_NANOS, LONGEST_SILENCE_NANOS);
        boolean dropped = acknowledgement.getCorrupt() > corruptFrames;
        corruptFrames = Math.max(corruptFrames, acknowledgement.getCorrupt());
        askAtNanos = sent.isAllAcknowledged() ? SentFrames.NEVER : nowNanos + (dropped ? 0 : silenceNanos);
    }

    List<Piece> takeLost(long nowNanos) {
        return sent.takeLost(nowNanos);
    }

    /** Asks for an acknowledgement if one is overdue; twice as patiently each time. */
    void askWhenOverdue(boolean writable, long nowNanos) {
        if (nowNanos < askAtNanos) {
            return;
        }
        if (writable) {
            addHeartbeat(nowNanos);
            silenceNanos = Math.min(2 * silenceNanos, LONGEST_SILENCE_NANOS);
        }
        askAtNanos = nowNanos + silenceNanos;
    }

    /** When this lane has something to do by itself. */
    long nextEventNanos() {
        return Math.min(askAtNanos, sent.nextLossNanos());
    }

    /** Frames that the other end dropped for their checksum. */
    long corruptFrames() {
        return corruptFrames;
    }

    void release() {
        held.forEach(OutgoingTensor::release);
        held.clear();
        urgent.clear();
    }
}
