package dev.molink.bench.fleet;

import dev.molink.bench.relay.LinkShape;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.transmit.TransmitClass;
import dev.molink.stagenode.transmit.TransmitDecision;
import dev.molink.stagenode.transmit.TransmitMessage;
import dev.molink.stagenode.transmit.TransmitPolicy;
import dev.molink.stagenode.transmit.TransmitQueue;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One direction of a link: a real {@link TransmitQueue} in front of a wire that is not there. As with sockets, each of the
 * two connections takes a frame while fewer than {@value VirtualWire#UNSENT_BYTES} bytes of it are unsent. The other end acknowledges each frame as it arrives, and answers a heartbeat each second; both
 * answers take the delay back and no bytes.
 */
final class VirtualLink {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final long HEARTBEAT_NANOS = 1_000_000_000L;
    private static final double MOST_BYTES_PER_SECOND = 1e12;
    private static final long NONE = Long.MAX_VALUE;

    // the connections
    private static final int DECODE = 0;
    private static final int PREFILL = 1;

    private final VirtualClock clock;
    private final LinkShape shape;
    private final TransmitQueue queue;
    private final VirtualWire wire;
    private final long delayNanos;
    private final Map<Long, Message> underWay = new HashMap<>();
    private long nextId;
    private long askedAtNanos = NONE;
    private long busyNanos;
    private long sentBytes;

    private static final class Message {

        private final long bytes;
        private final Runnable arrived;
        private long received;

        Message(long bytes, Runnable arrived) {
            this.bytes = bytes;
            this.arrived = arrived;
        }
    }

    VirtualLink(VirtualClock clock, LinkShape shape, TransmitPolicy policy) {
        this.clock = clock;
        this.shape = shape;
        this.queue = new TransmitQueue(policy);
        this.wire = new VirtualWire(clock, shape.bytesPerSecond(), 2, this::ask);
        this.delayNanos = shape.delay().toNanos();
        queue.assume(surveyed(shape), clock.now());
        beat();
    }

    /** What measuring a link before the formation shows; faster links count as that fast where a rate is told in numbers. */
    static LinkRate surveyed(LinkShape shape) {
        long rate = Math.round(Math.min(shape.bytesPerSecond(), MOST_BYTES_PER_SECOND));
        return new LinkRate(rate, shape.delay().toNanos());
    }

    private void beat() {
        if (queue.isProbeDue(clock.now())) {
            add(TransmitMessage.whole(nextId, TransmitClass.PREFILL, TransmitQueue.PROBE_BYTES), () -> {});
        }
        long departed = clock.now();
        long answered = departed + wire.drainNanos(DECODE) + 2 * delayNanos;
        clock.at(answered, () -> {
            queue.roundTrip(answered - departed, clock.now());
            ask();
        });
        clock.after(HEARTBEAT_NANOS, this::beat);
    }

    /** An id for the next message. */
    long nextId() {
        return nextId;
    }

    /** Queues a message that is there as a whole. */
    void add(TransmitClass kind, long bytes, Runnable arrived) {
        add(TransmitMessage.whole(nextId, kind, bytes), arrived);
    }

    /**
     * Queues a message.
     *
     * @param message with the id of {@link #nextId}
     * @param arrived happens when the other end has all of it
     */
    void add(TransmitMessage message, Runnable arrived) {
        nextId++;
        underWay.put(message.id(), new Message(message.bytes(), arrived));
        queue.add(message, clock.now());
        ask();
    }

    void extend(long id, long readyBytes) {
        queue.extend(id, readyBytes, clock.now());
        ask();
    }

    void decodeRuns(boolean running) {
        if (running) {
            queue.decodeBegan(clock.now());
        } else {
            queue.decodeEnded(clock.now());
        }
        ask();
    }

    private void ask() {
        while (true) {
            long now = clock.now();
            TransmitDecision decision = queue.next(now, wire.hasRoom(DECODE), wire.hasRoom(PREFILL));
            switch (decision) {
                case TransmitDecision.Send send -> send(send);
                case TransmitDecision.Wait(long untilNanos) -> {
                    askAgain(untilNanos);
                    return;
                }
            }
        }
    }

    private void askAgain(long nanos) {
        long now = clock.now();
        if (nanos == NONE || (askedAtNanos > now && askedAtNanos <= nanos)) {
            return; // the one that is under way comes in time
        }
        long at = Math.max(nanos, now + 1);
        askedAtNanos = at;
        clock.at(at, () -> {
            if (askedAtNanos == at) {
                askedAtNanos = NONE;
                ask();
            }
        });
    }

    private void send(TransmitDecision.Send send) {
        long bytes = (long) send.length() + WireSizes.overhead(send.length());
        busyNanos += nanos(bytes);
        sentBytes += bytes;
        int connection = send.kind() == TransmitClass.PREFILL ? PREFILL : DECODE;
        wire.carry(connection, bytes, () -> clock.after(delayNanos, () -> arrived(send)));
    }

    private long nanos(long bytes) {
        return Math.round(bytes / shape.bytesPerSecond() * NANOS_PER_SECOND);
    }

    private void arrived(TransmitDecision.Send send) {
        Message message = Objects.requireNonNull(underWay.get(send.id()), "a message that nobody sent");
        message.received += send.length();
        long received = message.received;
        long arrivedNanos = clock.now();
        clock.after(delayNanos, () -> {
            queue.acknowledged(send.id(), received, arrivedNanos, clock.now());
            ask();
        });
        if (received == message.bytes) {
            underWay.remove(send.id());
            message.arrived.run();
        }
    }

    /** A small message against the direction of this link, which takes the delay and no bytes of it. */
    void back(Runnable arrived) {
        clock.after(delayNanos, arrived);
    }

    LinkRate rate() {
        return queue.rate();
    }

    /** Counts from now on. */
    void forgetFigures() {
        busyNanos = 0;
        sentBytes = 0;
    }

    /** How long bytes went out so far. */
    long busyNanos() {
        return busyNanos;
    }

    long sentBytes() {
        return sentBytes;
    }
}
