package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Frame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to go out on one link. One virtual thread of its own takes whole messages in order (policy {@code fifo}),
 * encodes plans, cuts tensors into chunks and writes while the connection takes more; heartbeats and farewells go between
 * two chunks.
 *
 * <p>Nobody who adds waits. What waits here is bounded by the steps that the head lets be in flight; what is under way is
 * bounded by a window over the bytes that the receiver has not acknowledged, so that its memory cannot overflow. A tensor
 * keeps its memory until it was acknowledged: until then the transport may still read it.
 */
final class TransmitQueue {

    /** Messages that may wait; one more means that the head's limit of steps in flight failed. */
    private static final int MAX_MESSAGES = 4096;

    private static final Logger log = LoggerFactory.getLogger(TransmitQueue.class);

    private final FrameSink sink;
    private final long windowBytes;
    private final LinkMeter meter;
    private final Thread sender;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    // Guarded by lock.
    private final Deque<Frame> urgent = new ArrayDeque<>();
    private final Deque<Message> messages = new ArrayDeque<>();
    private final Map<Long, OutboundTensor> unacknowledged = new HashMap<>();
    private long unacknowledgedBytes;
    private boolean closing;

    // Owned by the sender.
    private Iterator<Frame> current = Collections.emptyIterator();

    /** A whole message, made into frames by the sender. */
    private sealed interface Message {
        record Single(Supplier<Frame> frame) implements Message {}

        record Tensor(OutboundTensor tensor) implements Message {}
    }

    TransmitQueue(String name, long windowBytes, FrameSink sink, LinkMeter meter) {
        this.sink = sink;
        this.windowBytes = windowBytes;
        this.meter = meter;
        this.sender = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    void start() {
        sender.start();
    }

    /** Adds a heartbeat or a farewell, which overtakes what waits. */
    void addUrgent(Frame frame) {
        locked(() -> {
            if (urgent.size() < MAX_MESSAGES) {
                urgent.add(frame);
            }
        });
    }

    /**
     * Adds a plan or an outcome behind what waits; false when the bound is reached or the queue is closing.
     *
     * @param frame asked for once, by the sender
     */
    boolean add(Supplier<Frame> frame) {
        return add(new Message.Single(frame));
    }

    /** Adds a tensor behind what waits; false when the bound is reached or the queue is closing. */
    boolean add(OutboundTensor tensor) {
        boolean added = add(new Message.Tensor(tensor));
        if (!added) {
            tensor.release();
        }
        return added;
    }

    private boolean add(Message message) {
        lock.lock();
        try {
            if (closing || messages.size() >= MAX_MESSAGES) {
                return false;
            }
            messages.add(message);
            work.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The receiver has the whole tensor of {@code stepId}, {@code bytes} of it. */
    void acknowledged(long stepId, long bytes) {
        meter.acknowledged(stepId, System.nanoTime());
        locked(() -> {
            unacknowledgedBytes = Math.max(0, unacknowledgedBytes - bytes);
            OutboundTensor tensor = unacknowledged.remove(stepId);
            if (tensor != null) {
                tensor.release();
            }
        });
    }

    long unacknowledgedBytes() {
        lock.lock();
        try {
            return unacknowledgedBytes;
        } finally {
            lock.unlock();
        }
    }

    /** The connection may take frames again. */
    void readyChanged() {
        locked(() -> {});
    }

    /** Drops all but urgent frames, sends those, and ends the sender; one that does not end in time is interrupted. */
    void close(Duration patience) {
        locked(() -> {
            closing = true;
            messages.clear();
        });
        try {
            if (!sender.join(patience)) {
                sender.interrupt();
            }
        } catch (InterruptedException e) {
            sender.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (Frame next = take(); next != null; next = take()) {
                sink.send(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            log.debug("{}: the stream ended under its sender", sender.getName(), e);
        }
    }

    /** The next frame once the connection takes one; null when the queue is closing and nothing urgent is left. */
    private @Nullable Frame take() throws InterruptedException {
        Message next = null;
        lock.lockInterruptibly();
        try {
            while (!closing && !(hasFrame() && sink.isReady())) {
                work.await();
            }
            if (!urgent.isEmpty()) {
                return urgent.remove();
            }
            if (closing) {
                return null;
            }
            if (!current.hasNext()) {
                next = messages.remove();
                if (next instanceof Message.Tensor(OutboundTensor tensor)) {
                    unacknowledged.put(tensor.stepId(), tensor);
                    unacknowledgedBytes += tensor.byteCount();
                }
            }
        } finally {
            lock.unlock();
        }
        // Outside the lock: encoding a plan and a chunk's checksum take their time.
        return switch (next) {
            case null -> current.next();
            case Message.Single(Supplier<Frame> frame) -> frame.get();
            case Message.Tensor(OutboundTensor tensor) -> begin(tensor);
        };
    }

    private Frame begin(OutboundTensor tensor) {
        meter.departed(tensor.stepId(), tensor.byteCount(), System.nanoTime());
        current = tensor.chunks();
        return current.next();
    }

    private boolean hasFrame() {
        return !urgent.isEmpty() || current.hasNext() || fitsWindow(messages.peek());
    }

    /** A tensor that is larger than the window goes alone. */
    private boolean fitsWindow(@Nullable Message next) {
        return switch (next) {
            case null -> false;
            case Message.Single _ -> true;
            case Message.Tensor(OutboundTensor tensor) ->
                unacknowledgedBytes == 0 || unacknowledgedBytes + tensor.byteCount() <= windowBytes;
        };
    }
}
