package dev.molink.stagenode.link;

import dev.molink.proto.stage.v1.Frame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to go out on one link. One virtual thread of its own takes whole messages in order (policy {@code fifo}),
 * cuts tensors into chunks and writes while the connection takes more; heartbeats and farewells go between two chunks.
 *
 * <p>Bounded: tensors by a window over everything that the receiver has not acknowledged, so that neither side's memory
 * can overflow; plans and outcomes by their count, which the head's limit of steps in flight keeps far below the bound.
 */
final class TransmitQueue {

    /** Plans or outcomes that may wait; one more means that the head's own bound failed. */
    private static final int MAX_FRAMES = 4096;

    private static final Logger log = LoggerFactory.getLogger(TransmitQueue.class);

    private final FrameSink sink;
    private final long windowBytes;
    private final Thread sender;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition room = lock.newCondition();

    // Guarded by lock.
    private final Deque<Frame> urgent = new ArrayDeque<>();
    private final Deque<Iterator<Frame>> messages = new ArrayDeque<>();
    private long unacknowledgedBytes;
    private boolean closing;

    // Owned by the sender.
    private Iterator<Frame> current = Collections.emptyIterator();

    TransmitQueue(String name, long windowBytes, FrameSink sink) {
        this.sink = sink;
        this.windowBytes = windowBytes;
        this.sender = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    void start() {
        sender.start();
    }

    /** Adds a heartbeat or a farewell, which overtakes what waits. */
    void addUrgent(Frame frame) {
        locked(() -> {
            if (urgent.size() < MAX_FRAMES) {
                urgent.add(frame);
            }
        });
    }

    /** Adds a plan or an outcome behind what waits; false when the bound is reached or the queue is closing. */
    boolean add(Frame frame) {
        lock.lock();
        try {
            if (closing || messages.size() >= MAX_FRAMES) {
                return false;
            }
            messages.add(List.of(frame).iterator());
            work.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds a tensor, waiting until the window has room for it; one that is larger than the window goes alone.
     *
     * @return false when the queue is closing or there was no room in time
     */
    boolean add(OutboundTensor tensor, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (!closing && unacknowledgedBytes > 0 && unacknowledgedBytes + tensor.byteCount() > windowBytes) {
                if (left <= 0) {
                    return false;
                }
                left = room.awaitNanos(left);
            }
            if (closing) {
                return false;
            }
            unacknowledgedBytes += tensor.byteCount();
            messages.add(tensor.chunks());
            work.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The receiver has {@code bytes} more. */
    void acknowledged(long bytes) {
        locked(() -> {
            unacknowledgedBytes = Math.max(0, unacknowledgedBytes - bytes);
            room.signalAll();
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
            room.signalAll();
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
                current = messages.remove();
            }
        } finally {
            lock.unlock();
        }
        // Outside the lock: a chunk's checksum takes its time.
        return current.next();
    }

    private boolean hasFrame() {
        return !urgent.isEmpty() || current.hasNext() || !messages.isEmpty();
    }
}
