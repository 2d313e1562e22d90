package dev.molink.stagenode.transmit;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Prefill messages by what is left: the flow with the fewest remaining bytes first, the oldest first once it waited for two
 * seconds, and messages of one flow in order. What remains of a flow is what waits of it and what it will add later: the
 * last piece of a long prompt is short, but useless at the other end before the pieces in front of it.
 */
final class ShortestPrefills {

    static final long MAX_WAIT_NANOS = 2_000_000_000L;

    private static final Comparator<Flow> BY_REMAINING =
            Comparator.comparingLong(Flow::remainingBytes).thenComparingLong(Flow::order);
    private static final Comparator<Flow> BY_AGE =
            Comparator.comparingLong(Flow::waitsSinceNanos).thenComparingLong(Flow::order);

    private final Deque<QueuedMessage> repeats = new ArrayDeque<>();
    private final Map<Long, Flow> flows = new HashMap<>();

    /** Flows of which something may go now. */
    private final TreeSet<Flow> byRemaining = new TreeSet<>(BY_REMAINING);

    private final TreeSet<Flow> byAge = new TreeSet<>(BY_AGE);
    private long added;

    private static final class Flow {

        private final long order;
        private final Deque<QueuedMessage> messages = new ArrayDeque<>(2);
        private long unsentBytes;
        private long laterBytes;

        Flow(long order) {
            this.order = order;
        }

        /** Grows from flow to flow. */
        long order() {
            return order;
        }

        long waitsSinceNanos() {
            return messages.element().addedNanos();
        }

        long remainingBytes() {
            return unsentBytes + laterBytes;
        }

        boolean isSendable() {
            QueuedMessage first = messages.peek();
            return first != null && first.freshBytes() > 0;
        }
    }

    void enter(QueuedMessage message) {
        Flow flow = flows.computeIfAbsent(message.flow(), _ -> new Flow(added++));
        hide(flow);
        flow.messages.add(message);
        flow.unsentBytes += message.unsentBytes();
        flow.laterBytes = message.laterBytes();
        show(flow);
    }

    void refilled(QueuedMessage message) {
        Flow flow = flows.get(message.flow());
        if (flow != null) {
            show(flow);
        }
    }

    void enterToRepeat(QueuedMessage message) {
        repeats.add(message);
    }

    void leave(QueuedMessage message) {
        repeats.remove(message);
        Flow flow = flows.get(message.flow());
        if (flow == null) {
            return;
        }
        hide(flow);
        if (flow.messages.remove(message)) {
            flow.unsentBytes -= message.unsentBytes();
        }
        showOrForget(flow, message.flow());
    }

    void clear() {
        repeats.clear();
        flows.clear();
        byRemaining.clear();
        byAge.clear();
    }

    /** The first message sent so many bytes. */
    void departed(QueuedMessage message, int bytes) {
        if (message == repeats.peek()) {
            if (!message.isToRepeat()) {
                repeats.remove();
            }
            return;
        }
        Flow flow = flows.get(message.flow());
        if (flow == null) {
            throw new IllegalStateException("message %d does not wait".formatted(message.id()));
        }
        hide(flow);
        flow.unsentBytes -= bytes;
        if (message.unsentBytes() == 0) {
            flow.messages.remove();
        }
        showOrForget(flow, message.flow());
    }

    @Nullable
    QueuedMessage first(long nowNanos) {
        if (!repeats.isEmpty()) {
            return repeats.peek();
        }
        if (byAge.isEmpty()) {
            return null;
        }
        QueuedMessage oldest = byAge.first().messages.element();
        boolean isDue = nowNanos - oldest.addedNanos() >= MAX_WAIT_NANOS;
        return isDue ? oldest : byRemaining.first().messages.element();
    }

    private void hide(Flow flow) {
        if (!flow.messages.isEmpty()) {
            byRemaining.remove(flow);
            byAge.remove(flow);
        }
    }

    private void show(Flow flow) {
        if (flow.isSendable()) {
            byRemaining.add(flow);
            byAge.add(flow);
        }
    }

    private void showOrForget(Flow flow, long id) {
        if (flow.messages.isEmpty()) {
            flows.remove(id);
        } else {
            show(flow);
        }
    }
}
