package dev.molink.stagenode.transmit;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * {@code fifo}: whole messages in order, control included, as engines with pipeline parallelism send. A message waits until
 * the one before it went as a whole, whichever connection it takes; one that still grows holds up all behind it. Bytes to
 * repeat go before the rest.
 */
final class FifoRule implements TransmitRule {

    private final Deque<QueuedMessage> repeats = new ArrayDeque<>();
    private final Deque<QueuedMessage> messages = new ArrayDeque<>();

    @Override
    public void enter(QueuedMessage message) {
        messages.add(message);
    }

    @Override
    public void refilled(QueuedMessage message) {
        // It kept its place.
    }

    @Override
    public void enterToRepeat(QueuedMessage message) {
        repeats.add(message);
    }

    @Override
    public void leave(QueuedMessage message) {
        messages.remove(message);
        repeats.remove(message);
    }

    @Override
    public void clear() {
        messages.clear();
        repeats.clear();
    }

    @Override
    public @Nullable Choice choose(long nowNanos, boolean decodeWritable, boolean prefillWritable) {
        QueuedMessage first = repeats.isEmpty() ? messages.peek() : repeats.peek();
        if (first == null || first.sendableBytes() == 0 || !first.kind().isWritable(decodeWritable, prefillWritable)) {
            return null;
        }
        return new Choice(first, TransmitQueue.WHOLE_FRAME_BYTES);
    }

    @Override
    public void departed(QueuedMessage message, int bytes) {
        if (message == repeats.peek() && !message.isToRepeat()) {
            repeats.remove();
        }
        if (message == messages.peek() && message.unsentBytes() == 0) {
            messages.remove();
        }
    }

    @Override
    public long frameBytes() {
        return TransmitQueue.WHOLE_FRAME_BYTES;
    }
}
