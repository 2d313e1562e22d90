package dev.molink.bench.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One direction of one connection: what is read waits for its departure, then for its arrival, then is written. */
final class DelayLine {

    /** At 100 Mbit/s a piece takes 0.65 ms. */
    private static final int PIECE = 8 * 1024;

    /** The only piece without bytes: the sender has closed its side. */
    private static final Piece END = new Piece(ByteBuffer.allocate(0), 0);

    private static final int MAX_PIECES = 4096;

    private final Wire wire;
    private final AtomicLong carried;
    private final BlockingQueue<Piece> underWay;

    private record Piece(ByteBuffer bytes, long arrivalNanos) {}

    DelayLine(Wire wire, AtomicLong carried) {
        this.wire = wire;
        this.carried = carried;
        // Reading waits for departures, so no more is under way than a link of this length holds.
        this.underWay = new ArrayBlockingQueue<>(MAX_PIECES);
    }

    void start(Socket from, Socket to, Runnable onEnd) {
        Thread.ofPlatform().daemon().name("relay-read").start(() -> {
            try {
                read(from.getInputStream());
            } catch (IOException | InterruptedException over) {
                onEnd.run();
            }
        });
        Thread.ofPlatform().daemon().name("relay-write").start(() -> {
            try {
                write(to.getOutputStream());
                to.shutdownOutput();
            } catch (IOException | InterruptedException over) {
                onEnd.run();
            }
        });
    }

    private void read(InputStream in) throws IOException, InterruptedException {
        while (true) {
            byte[] bytes = new byte[PIECE];
            int length = in.read(bytes);
            if (length < 0) {
                underWay.put(END);
                return;
            }
            long departure = wire.departure(length, System.nanoTime());
            underWay.put(new Piece(ByteBuffer.wrap(bytes, 0, length), departure + wire.delayNanos()));
            // The next piece is taken from the socket when this one has left, so that the sender feels the rate.
            waitUntil(departure);
        }
    }

    private void write(OutputStream out) throws IOException, InterruptedException {
        for (Piece piece = underWay.take(); piece.bytes().hasRemaining(); piece = underWay.take()) {
            waitUntil(piece.arrivalNanos());
            out.write(piece.bytes().array(), 0, piece.bytes().remaining());
            carried.addAndGet(piece.bytes().remaining());
        }
    }

    private static void waitUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
