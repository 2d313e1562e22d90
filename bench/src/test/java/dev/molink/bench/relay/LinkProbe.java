package dev.molink.bench.relay;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A connection of this machine with itself, through a relay or not, whose rate and delay are measured. */
final class LinkProbe implements AutoCloseable {

    /** A part of a second of what the link carries. */
    private static final double TRANSFER_SECONDS = 0.4;

    private static final int MESSAGES = 15;
    private static final int MESSAGE_BYTES = 8;

    private final ServerSocket server;
    private final @Nullable LinkRelay relay;
    private final Socket sender;
    private final Socket receiver;

    /** @param shape of the relay; null: no relay */
    LinkProbe(@Nullable LinkShape shape) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        this.server = new ServerSocket(0, 1, loopback);
        this.relay = shape == null
                ? null
                : LinkRelay.start(0, new InetSocketAddress(loopback, server.getLocalPort()), shape, shape);
        this.sender = new Socket(loopback, relay == null ? server.getLocalPort() : relay.port());
        this.receiver = server.accept();
        sender.setTcpNoDelay(true);
    }

    /** Of a sender that always has something to send. */
    double bytesPerSecond(double expected) throws IOException {
        long volume = Math.round(expected * TRANSFER_SECONDS);
        Thread.ofPlatform().daemon().start(() -> write(volume));
        byte[] bytes = new byte[256 * 1024];
        long first = receiver.getInputStream().read(bytes);
        long start = System.nanoTime();
        for (long left = volume - first; left > 0; ) {
            left -= receiver.getInputStream().read(bytes);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return (volume - first) / seconds;
    }

    private void write(long volume) {
        byte[] bytes = new byte[64 * 1024];
        try {
            for (long left = volume; left > 0; left -= bytes.length) {
                sender.getOutputStream().write(bytes, 0, (int) Math.min(left, bytes.length));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Median time from the sender to the receiver of small messages, one at a time. */
    double delayMillis() throws IOException {
        DataInputStream in = new DataInputStream(receiver.getInputStream());
        List<Double> delays = new ArrayList<>();
        for (int message = 0; message < MESSAGES; message++) {
            long start = System.nanoTime();
            sender.getOutputStream().write(new byte[MESSAGE_BYTES]);
            in.readFully(new byte[MESSAGE_BYTES]);
            delays.add((System.nanoTime() - start) / 1e6);
        }
        return median(delays);
    }

    /** Median time that a thread wakes too late. */
    static double latenessMillis() {
        List<Double> late = new ArrayList<>();
        for (int sleep = 0; sleep < 4 * MESSAGES; sleep++) {
            long end = System.nanoTime() + 2_000_000;
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
            late.add((System.nanoTime() - end) / 1e6);
        }
        return median(late);
    }

    static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    @Override
    public void close() throws IOException {
        sender.close();
        receiver.close();
        server.close();
        if (relay != null) {
            relay.close();
        }
    }
}
