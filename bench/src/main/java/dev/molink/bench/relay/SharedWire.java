package dev.molink.bench.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A wire that connections use in turn, a piece of at most half a millisecond each, as flows share a link with fair
 * queues: of n busy connections each gets one n-th, and a connection that has been quiet waits for one piece of each other
 * at most, however much they have to send.
 */
final class SharedWire {

    /** How long a piece takes on the wire. Shorter ones cost processor time, longer ones keep others waiting. */
    private static final long PIECE_NANOS = 500_000;

    private static final int MIN_PIECE = 1024;
    private static final int MAX_PIECE = 256 * 1024;

    /** Fair: who waits longest is next. Its holder waits for the wire, then reads its piece. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private final Wire wire;

    SharedWire(Wire wire) {
        this.wire = wire;
    }

    /** Something that hands over a piece when its turn has come. */
    @FunctionalInterface
    interface Sender {

        /** Completes the piece with what has come meanwhile; returns its bytes. */
        int complete() throws IOException;
    }

    /**
     * When a piece was on the wire.
     *
     * @param startNanos from when on it had its turn
     */
    record Passage(long startNanos, long departureNanos, long arrivalNanos) {}

    /**
     * Waits for the sender's turn and puts its piece on the wire.
     *
     * @param readyNanos since when the sender has had something to send. Threads wake too late now and then; time that the
     *     wire would have used then is not lost to those that were ready
     */
    Passage carry(Sender sender, long readyNanos) throws IOException, InterruptedException {
        turn.lockInterruptibly();
        try {
            awaitFreeWire();
            int bytes = sender.complete();
            long start = Math.max(readyNanos, wire.freeNanos(readyNanos));
            long departure = wire.departure(bytes, readyNanos);
            return new Passage(start, departure, wire.arrival(departure));
        } finally {
            turn.unlock();
        }
    }

    private void awaitFreeWire() throws InterruptedException {
        long now = System.nanoTime();
        for (long free = wire.freeNanos(now); free - now > 0; free = wire.freeNanos(now)) {
            LockSupport.parkNanos(this, free - now);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            now = System.nanoTime();
        }
    }

    /** The most bytes that a piece should have. */
    int pieceBytes() {
        return (int) Math.clamp(wire.shape().bytesWithin(PIECE_NANOS), MIN_PIECE, MAX_PIECE);
    }

    LinkShape shape() {
        return wire.shape();
    }

    void shape(LinkShape changed) {
        wire.shape(changed, System.nanoTime());
    }

    void stall(Duration time) {
        wire.stall(time.toNanos(), System.nanoTime());
    }
}
