package dev.molink.stagenode.transmit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A message that waits, or of which the other end has not said that it has everything. */
final class QueuedMessage {

    /** Ranges to repeat that are kept apart; more become one that covers them all. */
    private static final int MAX_LOST_RANGES = 256;

    private final TransmitMessage message;
    private final long addedNanos;
    private final Deque<Range> lost = new ArrayDeque<>(0);
    private final Deque<LinkEstimator.Departure> departures = new ArrayDeque<>(2);
    private long readyBytes;
    private long sentBytes;
    private long lostBytes;
    private long receivedBytes;
    private boolean repeated;

    private record Range(long offset, long length) {

        long end() {
            return offset + length;
        }
    }

    QueuedMessage(TransmitMessage message, long addedNanos) {
        this.message = message;
        this.readyBytes = message.readyBytes();
        this.addedNanos = addedNanos;
    }

    /** A message of which nothing is known but that it went out once, however long it was. */
    static QueuedMessage ofSent(long id, TransmitClass kind, long nowNanos) {
        QueuedMessage queued = new QueuedMessage(TransmitMessage.whole(id, kind, Long.MAX_VALUE), nowNanos);
        queued.sentBytes = Long.MAX_VALUE;
        return queued;
    }

    long id() {
        return message.id();
    }

    TransmitClass kind() {
        return message.kind();
    }

    long flow() {
        return message.flow();
    }

    long laterBytes() {
        return message.laterBytes();
    }

    long sentBytes() {
        return sentBytes;
    }

    long addedNanos() {
        return addedNanos;
    }

    /** Bytes that did not go yet, ready or not, without those to repeat. */
    long unsentBytes() {
        return message.bytes() - sentBytes;
    }

    /** Bytes that are there and did not go yet. */
    long freshBytes() {
        return readyBytes - sentBytes;
    }

    /** Bytes that could go now, fresh ones and those to repeat. */
    long sendableBytes() {
        return lostBytes + freshBytes();
    }

    boolean isToRepeat() {
        return !lost.isEmpty();
    }

    /** Whether some of it was lost at any time, so that an acknowledgement does not tell which frame it is for. */
    boolean wasRepeated() {
        return repeated;
    }

    /** Whether everything went, lost bytes again. */
    boolean isOut() {
        return sentBytes == message.bytes() && lost.isEmpty();
    }

    boolean isReceived() {
        return receivedBytes >= message.bytes();
    }

    /** Bytes that went and of which nothing was heard since. */
    long underWayBytes() {
        return Math.max(0, sentBytes - lostBytes - receivedBytes);
    }

    boolean extend(long nowReadyBytes) {
        if (nowReadyBytes > message.bytes()) {
            throw new IllegalArgumentException(
                    "message %d has %d bytes; %d cannot be ready".formatted(id(), message.bytes(), nowReadyBytes));
        }
        boolean grew = nowReadyBytes > readyBytes;
        readyBytes = Math.max(readyBytes, nowReadyBytes);
        return grew;
    }

    void received(long bytes) {
        receivedBytes = Math.max(receivedBytes, Math.min(bytes, sentBytes));
    }

    /** Marks what of the range went out and is not waiting to go again; false where nothing of it is. */
    boolean lose(long offset, long length) {
        long from = Math.max(0, offset);
        long end = Math.min(sentBytes, offset + length);
        for (Range range : lost) {
            if (from >= range.offset() && from < range.end()) {
                from = range.end();
            }
            if (end > range.offset() && end <= range.end()) {
                end = range.offset();
            }
        }
        if (from >= end) {
            return false;
        }
        lost.add(new Range(from, end - from));
        lostBytes += end - from;
        repeated = true;
        if (lost.size() > MAX_LOST_RANGES) {
            coverLost();
        }
        return true;
    }

    private void coverLost() {
        long from = lost.stream().mapToLong(Range::offset).min().orElseThrow();
        long end = lost.stream().mapToLong(Range::end).max().orElseThrow();
        lost.clear();
        lost.add(new Range(from, end - from));
        lostBytes = end - from;
    }

    /** Takes the next bytes that go, at most so many. */
    TransmitDecision.Send take(long atMost) {
        Range again = lost.poll();
        int length = (int) Math.min(atMost, again == null ? freshBytes() : again.length());
        if (again == null) {
            sentBytes += length;
            return new TransmitDecision.Send(id(), kind(), sentBytes - length, length);
        }
        if (length < again.length()) {
            lost.addFirst(new Range(again.offset() + length, again.length() - length));
        }
        lostBytes -= length;
        return new TransmitDecision.Send(id(), kind(), again.offset(), length);
    }

    /** Remembers the frame that just went for the acknowledgement of it. */
    void departed(LinkEstimator.Departure departure) {
        departures.add(departure);
    }

    /** The last frame that is covered by what the other end has, since the last time that this was asked. */
    LinkEstimator.@Nullable Departure arrived() {
        LinkEstimator.Departure last = null;
        while (!departures.isEmpty() && departures.peek().messageBytes() <= receivedBytes) {
            last = departures.remove();
        }
        return last;
    }
}
