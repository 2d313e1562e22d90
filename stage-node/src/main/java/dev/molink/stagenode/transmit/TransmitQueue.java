package dev.molink.stagenode.transmit;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * What waits for one direction of one link: a state machine without thread, clock or socket. Messages, acknowledgements and
 * the time go in; {@link #next} says which bytes go out. Control and decode messages have one connection, prefill another;
 * both share the wire. Times are nanoseconds of one clock that never goes back. Owned by one thread.
 */
public final class TransmitQueue {

    /** The longest frame that a policy without a rule of its own sends. */
    static final int MAX_FRAME_BYTES = 256 << 10;

    private final TransmitPolicy policy;
    private final Deque<Message> waiting = new ArrayDeque<>();
    private final Map<Long, Long> unacknowledged = new HashMap<>();

    private static final class Message {

        private final long id;
        private final TransmitClass kind;
        private final long bytes;
        private long ready;
        private long sent;

        Message(long id, TransmitClass kind, long bytes, long ready) {
            this.id = id;
            this.kind = kind;
            this.bytes = bytes;
            this.ready = ready;
        }
    }

    public TransmitQueue(TransmitPolicy policy) {
        this.policy = policy;
    }

    public TransmitPolicy policy() {
        return policy;
    }

    /** Adds a message that is there as a whole; ids are unique within the link. */
    public void add(long id, TransmitClass kind, long bytes, long nowNanos) {
        add(id, kind, bytes, bytes, nowNanos);
    }

    /** Adds a message of which the first {@code readyBytes} are there; {@link #extend} tells of the rest. */
    public void add(long id, TransmitClass kind, long bytes, long readyBytes, long nowNanos) {
        waiting.add(new Message(id, kind, bytes, readyBytes));
    }

    /** The first {@code readyBytes} of a message are there now. */
    public void extend(long id, long readyBytes, long nowNanos) {
        waiting.stream().filter(message -> message.id == id).forEach(message -> message.ready = readyBytes);
    }

    /** A part of a message that was sent did not arrive: it goes again, before everything else of its class. */
    public void repeat(long id, TransmitClass kind, long offset, int length, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /**
     * The other end has {@code receivedBytes} bytes of a message by now.
     *
     * @param arrivedNanos when it got the last of them, by its own clock of unknown beginning
     */
    public void acknowledged(long id, long receivedBytes, long arrivedNanos, long nowNanos) {
        unacknowledged.computeIfPresent(id, (_, bytes) -> bytes <= receivedBytes ? null : bytes);
    }

    /** A message was answered after so long, from its departure to the arrival of its echo. */
    public void roundTrip(long nanos, long nowNanos) {}

    /** A decode step begins to compute on this stage. */
    public void decodeBegan(long nowNanos) {}

    /** The decode step that began last is through. */
    public void decodeEnded(long nowNanos) {}

    /**
     * What goes out now; to be asked again as soon as that went, and after every event.
     *
     * @param decodeWritable whether the connection of control and decode takes a frame without piling it up
     * @param prefillWritable whether the one of prefill does
     */
    public TransmitDecision next(long nowNanos, boolean decodeWritable, boolean prefillWritable) {
        Message first = waiting.peek();
        boolean writable = first != null && (first.kind == TransmitClass.PREFILL ? prefillWritable : decodeWritable);
        if (first == null || !writable || first.sent == first.ready) {
            return TransmitDecision.Wait.FOR_AN_EVENT;
        }
        int length = (int) Math.min(MAX_FRAME_BYTES, first.ready - first.sent);
        TransmitDecision.Send send = new TransmitDecision.Send(first.id, first.kind, first.sent, length);
        first.sent += length;
        if (first.sent == first.bytes) {
            waiting.remove();
            unacknowledged.put(first.id, first.bytes);
        }
        return send;
    }

    /** What acknowledgements and echoes have shown of the link so far. */
    public LinkRate rate() {
        return LinkRate.UNKNOWN;
    }
}
