package dev.molink.stagenode.transmit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * {@code concurrent}: every message at once, as a call of its own each, which is what MoLink's public code does. HTTP/2 then
 * takes a frame of every call in turn, control included; a call whose connection takes nothing misses its turn. Control
 * messages follow each other, for plans must not overtake plans: only the first of them has turns. Bytes to repeat go before
 * the rest of their connection.
 */
final class ConcurrentRule implements TransmitRule {

    /** HTTP/2's frame, unless a peer asks for larger ones (RFC 9113, section 6.5.2). */
    static final int FRAME_BYTES = 16 << 10;

    private final Ring decodes = new Ring();
    private final Ring prefills = new Ring();
    private final Deque<QueuedMessage> controls = new ArrayDeque<>();
    private long turns;

    /** The messages of one connection in the order of their turns; those to repeat in front. */
    private static final class Ring {

        private record Turn(QueuedMessage message, long number) {}

        private final Deque<QueuedMessage> repeats = new ArrayDeque<>();
        private final Deque<Turn> turns = new ArrayDeque<>();

        /** When the first of it has its turn; the largest number where nothing waits. */
        long nextTurn() {
            if (!repeats.isEmpty()) {
                return Long.MIN_VALUE;
            }
            Turn first = turns.peek();
            return first == null ? Long.MAX_VALUE : first.number();
        }

        QueuedMessage first() {
            return repeats.isEmpty() ? turns.element().message() : repeats.element();
        }

        /** Takes the first out where its frame was its turn; a repeated range is none. */
        boolean endTurn() {
            if (repeats.isEmpty()) {
                turns.remove();
                return true;
            }
            if (!repeats.element().isToRepeat()) {
                repeats.remove();
            }
            return false;
        }

        void clear() {
            repeats.clear();
            turns.clear();
        }

        void leave(QueuedMessage message) {
            repeats.remove(message);
            turns.removeIf(turn -> turn.message() == message);
        }
    }

    @Override
    public void enter(QueuedMessage message) {
        if (message.kind() == TransmitClass.CONTROL) {
            controls.add(message);
            if (controls.size() > 1) {
                return;
            }
        }
        if (message.freshBytes() > 0) {
            refilled(message);
        }
    }

    @Override
    public void refilled(QueuedMessage message) {
        if (message.kind() != TransmitClass.CONTROL || controls.peek() == message) {
            ringOf(message).turns.add(new Ring.Turn(message, turns++));
        }
    }

    @Override
    public void enterToRepeat(QueuedMessage message) {
        ringOf(message).repeats.add(message);
    }

    @Override
    public void leave(QueuedMessage message) {
        ringOf(message).leave(message);
        if (message.kind() == TransmitClass.CONTROL) {
            leaveControls(message);
        }
    }

    private void leaveControls(QueuedMessage message) {
        boolean wasFirst = controls.peek() == message;
        controls.remove(message);
        QueuedMessage next = controls.peek();
        if (wasFirst && next != null && next.freshBytes() > 0) {
            refilled(next);
        }
    }

    @Override
    public void clear() {
        controls.clear();
        decodes.clear();
        prefills.clear();
    }

    @Override
    public @Nullable Choice choose(long nowNanos, boolean decodeWritable, boolean prefillWritable) {
        long decodeTurn = decodeWritable ? decodes.nextTurn() : Long.MAX_VALUE;
        long prefillTurn = prefillWritable ? prefills.nextTurn() : Long.MAX_VALUE;
        if (decodeTurn == Long.MAX_VALUE && prefillTurn == Long.MAX_VALUE) {
            return null;
        }
        return new Choice((decodeTurn <= prefillTurn ? decodes : prefills).first(), FRAME_BYTES);
    }

    @Override
    public void departed(QueuedMessage message, int bytes) {
        boolean tookTurn = ringOf(message).endTurn();
        if (tookTurn && message.freshBytes() > 0) {
            refilled(message);
        } else if (message.unsentBytes() == 0 && controls.peek() == message) {
            leaveControls(message);
        }
    }

    private Ring ringOf(QueuedMessage message) {
        return message.kind() == TransmitClass.PREFILL ? prefills : decodes;
    }

    @Override
    public long frameBytes() {
        return FRAME_BYTES;
    }
}
