package dev.molink.bench.relay;

import dev.molink.bench.relay.Flight.Piece;
import dev.molink.bench.relay.SharedWire.Passage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One direction of one connection: what is read waits for its turn on the wire, then for its arrival, then is written. */
final class DelayLine {

    /** How much too late a thread may come and still find the wire as if it had come in time. */
    private static final long LATENESS_NANOS = 20_000_000;

    /** What may be under way beside what the link itself holds, so that late threads do not hold up the sender. */
    private static final long SLACK_NANOS = 10_000_000;

    private final SharedWire wire;
    private final AtomicLong carried;
    private final Flight flight = new Flight();

    DelayLine(SharedWire wire, AtomicLong carried) {
        this.wire = wire;
        this.carried = carried;
    }

    /** Takes what comes until the sender closes its side. */
    void read(InputStream in) throws IOException, InterruptedException {
        long idleSince = System.nanoTime();
        long lastArrival = Long.MIN_VALUE;
        while (true) {
            byte[] bytes = new byte[wire.pieceBytes()];
            boolean waiting = in.available() > 0;
            int length = in.read(bytes);
            long now = System.nanoTime();
            if (length < 0) {
                flight.add(new Piece(ByteBuffer.allocate(0), lastArrival));
                return;
            }
            // Bytes that waited for this thread have been ready since it should have come.
            long ready = waiting ? Math.max(idleSince, now - LATENESS_NANOS) : now;
            PartOf part = new PartOf(in, bytes, length);
            Passage passage = wire.carry(part, ready);
            lastArrival = lastArrival == Long.MIN_VALUE
                    ? passage.arrivalNanos()
                    : lastArrival + Math.max(0, passage.arrivalNanos() - lastArrival);
            flight.add(new Piece(ByteBuffer.wrap(bytes, 0, part.length), lastArrival));
            boolean heldUp = flight.awaitRoom(room());
            idleSince = heldUp ? System.nanoTime() : passage.startNanos();
        }
    }

    private long room() {
        LinkShape shape = wire.shape();
        long longest = shape.delay().toNanos() + shape.jitter().mostNanos() + SLACK_NANOS;
        return shape.bytesWithin(longest) + shape.burstBytes() + 2L * wire.pieceBytes();
    }

    /** Gives what has arrived until the sender's end is there. */
    void write(OutputStream out) throws IOException, InterruptedException {
        for (Piece piece = flight.await(); piece.length() > 0; piece = flight.await()) {
            waitUntil(piece.arrivalNanos());
            out.write(piece.bytes().array(), 0, piece.length());
            carried.addAndGet(piece.length());
            flight.remove();
        }
    }

    private static void waitUntil(long nanos) throws InterruptedException {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** A piece that takes what has come until its turn: a busy connection's pieces are full, so that shares are equal. */
    private static final class PartOf implements SharedWire.Sender {

        private final InputStream in;
        private final byte[] bytes;
        private int length;

        PartOf(InputStream in, byte[] bytes, int length) {
            this.in = in;
            this.bytes = bytes;
            this.length = length;
        }

        @Override
        public int complete() throws IOException {
            int more = Math.min(in.available(), bytes.length - length);
            if (more > 0) {
                length += Math.max(0, in.read(bytes, length, more));
            }
            return length;
        }
    }
}
