package dev.molink.stagenode.transmit;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What waits for one direction of one link: a state machine without thread, clock or socket. Messages, acknowledgements and
 * the time go in; {@link #next} says which bytes go out. Control and decode messages have one connection, prefill another;
 * both share the wire. Times are nanoseconds of one clock that never goes back. Owned by one thread.
 *
 * <p>Decode and prefill messages stay here until {@link #acknowledged} said that the other end has all of them; control
 * messages until they went. Every call takes time that grows with the logarithm of what waits at most, but for repeats,
 * drops and figures.
 */
public final class TransmitQueue {

    /** The longest frame under every policy. */
    public static final int MAX_FRAME_BYTES = 256 << 10;

    /** Frames of policies that send messages or chunks as a whole: short enough that the link is measured by them. */
    static final int WHOLE_FRAME_BYTES = 64 << 10;

    /**
     * What a message that only measures the link has; it goes as prefill. A sample is the time between two arrivals, so it is
     * more than one frame under every policy.
     */
    public static final int PROBE_BYTES = MAX_FRAME_BYTES + (int) LinkEstimator.LEAST_SAMPLE_BYTES;

    /** Messages that may wait or be without an acknowledgement; the head's limit of steps in flight is far below. */
    static final int MAX_MESSAGES = 1 << 16;

    private static final long PROBE_PAUSE_NANOS = 10_000_000_000L;

    private final TransmitPolicy policy;
    private final LinkEstimator estimator = new LinkEstimator();
    private final Map<Long, QueuedMessage> messages = new HashMap<>();
    private final ClassCounts sent = new ClassCounts();
    private final ClassCounts waiting = new ClassCounts();
    private final ClassCounts waitingBytes = new ClassCounts();
    private final ClassCounts underWay = new ClassCounts();
    private final RecentWaits decodeWaits = new RecentWaits();
    private final TransmitRule rule;
    private long repeatedBytes;
    private long departedNanos;
    private boolean departed;

    public TransmitQueue(TransmitPolicy policy) {
        this.policy = policy;
        this.rule = switch (policy) {
            case FIFO -> new FifoRule();
            case CONCURRENT -> new ConcurrentRule();
            case MOLINK -> new MolinkRule(estimator);
            case FAIR -> new FairRule(estimator, () -> underWay.of(TransmitClass.PREFILL));
        };
    }

    /** Begins with what was measured of the link before; acknowledgements and echoes correct it. */
    public void assume(LinkRate known, long nowNanos) {
        estimator.assume(known, nowNanos);
    }

    public TransmitPolicy policy() {
        return policy;
    }

    /** Adds a message that is there as a whole; ids are unique within the link. */
    public void add(long id, TransmitClass kind, long bytes, long nowNanos) {
        add(TransmitMessage.whole(id, kind, bytes), nowNanos);
    }

    /** Adds a message of which the first {@code readyBytes} are there; {@link #extend} tells of the rest. */
    public void add(long id, TransmitClass kind, long bytes, long readyBytes, long nowNanos) {
        add(new TransmitMessage(id, kind, bytes, readyBytes, id, 0), nowNanos);
    }

    /**
     * Adds a message.
     *
     * @throws IllegalArgumentException if a message with this id is here
     * @throws IllegalStateException if as many messages are here as may be
     */
    public void add(TransmitMessage message, long nowNanos) {
        if (messages.size() >= MAX_MESSAGES) {
            throw new IllegalStateException(
                    "%d messages wait or are not acknowledged; no more may".formatted(messages.size()));
        }
        QueuedMessage queued = new QueuedMessage(message, nowNanos);
        if (messages.putIfAbsent(message.id(), queued) != null) {
            throw new IllegalArgumentException("message %d is here already".formatted(message.id()));
        }
        waiting.add(message.kind(), 1);
        waitingBytes.add(message.kind(), message.bytes());
        rule.enter(queued);
    }

    /**
     * The first {@code readyBytes} of a message are there now; of no effect where it was dropped.
     *
     * @throws IllegalArgumentException if the message has fewer
     */
    public void extend(long id, long readyBytes, long nowNanos) {
        QueuedMessage message = messages.get(id);
        if (message == null) {
            return;
        }
        boolean hadNone = message.freshBytes() == 0;
        if (message.extend(readyBytes) && hadNone) {
            rule.refilled(message);
        }
    }

    /**
     * A part of a message that was sent did not arrive: it goes again, before everything else of its class. Of no effect
     * where a decode or prefill message was dropped or is acknowledged as a whole, and for bytes that did not go yet or are
     * to go again already.
     */
    public void repeat(long id, TransmitClass kind, long offset, int length, long nowNanos) {
        QueuedMessage message = messages.get(id);
        if (message == null) {
            if (kind != TransmitClass.CONTROL || length <= 0) {
                return;
            }
            message = QueuedMessage.ofSent(id, kind, nowNanos);
            messages.put(id, message);
        }
        long before = message.underWayBytes();
        boolean waited = message.isToRepeat();
        if (message.lose(offset, length)) {
            track(message, before);
            if (!waited) {
                rule.enterToRepeat(message);
            }
        }
    }

    /**
     * The other end has {@code receivedBytes} bytes of a message by now. Told for every frame, or at least for every second
     * one, so that the window moves evenly.
     *
     * @param arrivedNanos when it got the last of them, by its own clock of unknown beginning
     */
    public void acknowledged(long id, long receivedBytes, long arrivedNanos, long nowNanos) {
        QueuedMessage message = messages.get(id);
        if (message == null) {
            return;
        }
        long before = message.underWayBytes();
        message.received(receivedBytes);
        track(message, before);
        LinkEstimator.Departure arrived = message.arrived();
        if (arrived != null && !message.wasRepeated()) {
            estimator.arrived(arrived, arrivedNanos, nowNanos);
        }
        if (message.isReceived()) {
            if (message.isToRepeat()) {
                rule.leave(message);
            }
            forget(message);
        }
    }

    /** A message was answered after so long, from its departure to the arrival of its echo. */
    public void roundTrip(long nanos, long nowNanos) {
        estimator.roundTrip(nanos, nowNanos);
    }

    /** A decode step begins to compute on this stage. */
    public void decodeBegan(long nowNanos) {
        rule.decodeBegan(nowNanos);
    }

    /** The decode step that began last is through. */
    public void decodeEnded(long nowNanos) {
        rule.decodeEnded(nowNanos);
    }

    /** A message goes no further, and no acknowledgement of it will come; of no effect where it is not here. */
    public void drop(long id) {
        QueuedMessage message = messages.get(id);
        if (message != null) {
            rule.leave(message);
            forget(message);
        }
    }

    /** Drops all messages, as when an epoch ends. What is known of the link stays. */
    public void clear() {
        rule.clear();
        List.copyOf(messages.values()).forEach(this::forget);
    }

    /**
     * What goes out now; to be asked again as soon as that went, and after every event.
     *
     * @param decodeWritable whether the connection of control and decode takes a frame without piling it up
     * @param prefillWritable whether the one of prefill does
     */
    public TransmitDecision next(long nowNanos, boolean decodeWritable, boolean prefillWritable) {
        TransmitRule.Choice choice = rule.choose(nowNanos, decodeWritable, prefillWritable);
        if (choice != null) {
            return send(choice, nowNanos);
        }
        if (decodeWritable && prefillWritable) {
            estimator.rests(waitingBytes.total() == 0);
        }
        return TransmitDecision.Wait.FOR_AN_EVENT;
    }

    private TransmitDecision.Send send(TransmitRule.Choice choice, long nowNanos) {
        QueuedMessage message = choice.message();
        long before = message.underWayBytes();
        boolean again = message.isToRepeat();
        TransmitDecision.Send frame = message.take(choice.atMostBytes());
        rule.departed(message, frame.length());
        sent.add(frame.kind(), frame.length());
        departed = true;
        departedNanos = nowNanos;
        if (frame.kind() != TransmitClass.CONTROL) {
            // Control is small and never acknowledged: one that went long before would pass for the beginning of a
            // burst.
            LinkEstimator.Departure departure = estimator.departed(message.sentBytes(), frame.length(), nowNanos);
            if (!again) {
                message.departed(departure);
            }
        }
        if (again) {
            repeatedBytes += frame.length();
        } else {
            waitingBytes.add(frame.kind(), -frame.length());
            endWaiting(message, nowNanos);
        }
        track(message, before);
        if (frame.kind() == TransmitClass.CONTROL && message.isOut()) {
            forget(message);
        }
        return frame;
    }

    private void endWaiting(QueuedMessage message, long nowNanos) {
        if (message.unsentBytes() > 0) {
            return;
        }
        waiting.add(message.kind(), -1);
        if (message.kind() == TransmitClass.DECODE) {
            decodeWaits.add(nowNanos - message.addedNanos());
        }
    }

    private void track(QueuedMessage message, long underWayBefore) {
        if (message.kind() != TransmitClass.CONTROL) {
            underWay.add(message.kind(), message.underWayBytes() - underWayBefore);
        }
    }

    private void forget(QueuedMessage message) {
        messages.remove(message.id());
        if (message.unsentBytes() > 0) {
            waiting.add(message.kind(), -1);
            waitingBytes.add(message.kind(), -message.unsentBytes());
        }
        if (message.kind() != TransmitClass.CONTROL) {
            underWay.add(message.kind(), -message.underWayBytes());
        }
    }

    /** What acknowledgements and echoes have shown of the link so far. */
    public LinkRate rate() {
        return estimator.rate();
    }

    /**
     * Whether a message of {@link #PROBE_BYTES} of class prefill should go to measure the link: nothing waits or is under way,
     * and its rate is not known or old.
     */
    public boolean isProbeDue(long nowNanos) {
        boolean pauses = !departed || nowNanos - departedNanos >= PROBE_PAUSE_NANOS;
        return pauses && messages.isEmpty() && estimator.isOld(nowNanos);
    }

    /** For metrics. */
    public TransmitFigures figures() {
        return new TransmitFigures(
                estimator.busyNanos(),
                sent.perClass(),
                repeatedBytes,
                waiting.perClass(),
                waitingBytes.perClass(),
                underWay.perClass(),
                decodeWaits.quantile(0.5),
                decodeWaits.quantile(0.99),
                rule.frameBytes(),
                rule.windowBytes());
    }
}
