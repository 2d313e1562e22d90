package dev.molink.stagenode.transmit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A wire and its two ends on virtual time: frames go in the order in which the queue lets them, at a rate, arrive after a delay, and
 * are acknowledged one by one over a way back that may jitter. The sender's connections take no more than a limit of bytes
 * below them. The receiver checks that the bytes of each message come in order and once.
 */
final class VirtualLink {

    /** The receiver's clock less the sender's. */
    private static final long CLOCK_DIFFERENCE = -987_654_321_000L;

    final TransmitQueue queue;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<Long, Long> received = new HashMap<>();
    private final Map<Long, Long> expected = new HashMap<>();
    private final List<SentFrame> sent = new ArrayList<>();
    private final long belowBytes;
    private final Random jitter;
    private double bytesPerNano;
    private long forthNanos;
    private long backNanos;
    private long backJitterNanos;
    private long forthJitterNanos;
    private long lastArrivalNanos;
    private long nowNanos;
    private long order;
    private long wireFreeNanos;
    private long lastAnswerNanos;
    private double bytesBelow;
    private long unacknowledgedPrefillBytes;
    private Consumer<Decided> onDecision = _ -> {};

    /** A frame with when its first bit went and its last bit was out. */
    record SentFrame(TransmitDecision.Send frame, long decidedNanos, long beganNanos, long endedNanos) {}

    /** An answer of the queue with what the sender could take then. */
    record Decided(TransmitDecision decision, long nowNanos, boolean writable) {}

    private record Event(long nanos, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return nanos == other.nanos ? Long.compare(order, other.order) : Long.compare(nanos, other.nanos);
        }
    }

    /** @param belowBytes with fewer below it, the sender takes another frame; 1: only when the wire is free */
    VirtualLink(TransmitQueue queue, double megabits, double delayMillis, long belowBytes, long seed) {
        this.queue = queue;
        this.belowBytes = belowBytes;
        this.jitter = new Random(seed);
        rate(megabits);
        this.forthNanos = Math.round(delayMillis * 1e6);
        this.backNanos = forthNanos;
    }

    void rate(double megabits) {
        bytesPerNano = megabits / 8_000;
    }

    void backJitter(double millis) {
        backJitterNanos = Math.round(millis * 1e6);
    }

    void forthJitter(double millis) {
        forthJitterNanos = Math.round(millis * 1e6);
    }

    void onDecision(Consumer<Decided> listener) {
        onDecision = listener;
    }

    long nowNanos() {
        return nowNanos;
    }

    double bytesPerSecond() {
        return bytesPerNano * 1e9;
    }

    List<SentFrame> sent() {
        return sent;
    }

    void at(long nanos, Runnable action) {
        events.add(new Event(Math.max(nanos, nowNanos), order++, action));
    }

    void add(TransmitMessage message) {
        expected.put(message.id(), message.bytes());
        queue.add(message, nowNanos);
    }

    long unacknowledgedPrefillBytes() {
        return unacknowledgedPrefillBytes;
    }

    /** Echoes go every 100 ms until then; they are too short to load the wire. */
    void echoUntil(long endNanos) {
        for (long begin = 0; begin < endNanos; begin += 100_000_000) {
            long sentNanos = begin;
            long roundTrip = forthNanos + backNanos + drawn(forthJitterNanos) + drawn(backJitterNanos);
            at(begin + roundTrip, () -> queue.roundTrip(nowNanos - sentNanos, nowNanos));
        }
    }

    /** Runs until nothing happens any more. */
    void run() {
        runUntil(Long.MAX_VALUE);
    }

    void runUntil(long endNanos) {
        while (!events.isEmpty() && events.element().nanos() <= endNanos) {
            Event event = events.remove();
            nowNanos = event.nanos();
            event.action().run();
            pump();
        }
    }

    /** All that was added is at the other end. */
    void assertEverythingArrived() {
        assertThat(received).isEqualTo(expected);
        assertThat(queue.figures().waiting().total()).isZero();
        assertThat(queue.figures().unacknowledgedBytes().total()).isZero();
    }

    private void pump() {
        while (true) {
            boolean writable = bytesBelow < belowBytes;
            TransmitDecision decision = queue.next(nowNanos, writable, writable);
            onDecision.accept(new Decided(decision, nowNanos, writable));
            if (!(decision instanceof TransmitDecision.Send frame)) {
                return;
            }
            assertThat(writable).as("a frame for a sender that takes none").isTrue();
            carry(frame);
        }
    }

    private void carry(TransmitDecision.Send frame) {
        long began = Math.max(nowNanos, wireFreeNanos);
        wireFreeNanos = began + Math.max(1, Math.round(frame.length() / bytesPerNano));
        sent.add(new SentFrame(frame, nowNanos, began, wireFreeNanos));
        bytesBelow += frame.length();
        unacknowledgedPrefillBytes += frame.kind() == TransmitClass.PREFILL ? frame.length() : 0;
        at(wireFreeNanos, () -> bytesBelow -= frame.length());
        lastArrivalNanos = Math.max(lastArrivalNanos, wireFreeNanos + forthNanos + drawn(forthJitterNanos));
        at(lastArrivalNanos, () -> arrive(frame));
    }

    private void arrive(TransmitDecision.Send frame) {
        long before = received.getOrDefault(frame.id(), 0L);
        assertThat(frame.offset()).as("offset of message %d", frame.id()).isEqualTo(before);
        long bytes = before + frame.length();
        assertThat(bytes).isLessThanOrEqualTo(expected.get(frame.id()));
        received.put(frame.id(), bytes);
        long arrivedNanos = nowNanos;
        lastAnswerNanos = Math.max(lastAnswerNanos, nowNanos + backNanos + drawn(backJitterNanos));
        at(lastAnswerNanos, () -> answer(frame, bytes, arrivedNanos));
    }

    private void answer(TransmitDecision.Send frame, long bytes, long arrivedNanos) {
        unacknowledgedPrefillBytes -= frame.kind() == TransmitClass.PREFILL ? frame.length() : 0;
        queue.acknowledged(frame.id(), bytes, arrivedNanos + CLOCK_DIFFERENCE, nowNanos);
    }

    private long drawn(long mostNanos) {
        return mostNanos == 0 ? 0 : jitter.nextLong(mostNanos);
    }
}
