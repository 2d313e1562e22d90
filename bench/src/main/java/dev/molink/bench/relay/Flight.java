package dev.molink.bench.relay;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What of one connection and direction is under way, in order; bounded in bytes. */
final class Flight {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Piece> pieces = new ArrayDeque<>(); // guarded by lock
    private long bytes; // guarded by lock

    /** Bytes that arrive together. The only piece without any: the sender has closed its side. */
    record Piece(ByteBuffer bytes, long arrivalNanos) {

        int length() {
            return bytes.remaining();
        }
    }

    /**
     * Waits while {@code room} bytes or more are under way: their receiver does not take them, and a sender would have no
     * window left.
     *
     * @return whether it waited
     */
    boolean awaitRoom(long room) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean waits = bytes >= room;
            while (bytes >= room) {
                changed.await();
            }
            return waits;
        } finally {
            lock.unlock();
        }
    }

    void add(Piece piece) {
        lock.lock();
        try {
            pieces.addLast(piece);
            bytes += piece.length();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The oldest piece; it counts as under way until {@link #remove}. */
    Piece await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (pieces.isEmpty()) {
                changed.await();
            }
            return pieces.getFirst();
        } finally {
            lock.unlock();
        }
    }

    /** The oldest piece has been delivered. */
    void remove() {
        lock.lock();
        try {
            bytes -= pieces.removeFirst().length();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
