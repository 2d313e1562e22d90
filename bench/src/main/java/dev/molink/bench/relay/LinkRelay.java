package dev.molink.bench.relay;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP port on this machine behind which another one seems to lie at the end of a slow link. Each direction has a
 * {@link LinkShape} of its own, which all its connections share fairly and which may change at any time. A sender feels
 * the link through TCP's flow control: socket buffers hold a few milliseconds of it, and what is under way is bounded by
 * rate × delay. Connecting itself takes no time: only bytes are delayed.
 */
public final class LinkRelay implements AutoCloseable {

    private static final Logger log = System.getLogger(LinkRelay.class.getName());

    /** What a socket buffer holds of a link. */
    private static final long BUFFER_NANOS = 4_000_000;

    private static final int CONNECT_MILLIS = 5_000;
    private static final int MIN_BUFFER = 8 * 1024;
    private static final int MIN_LATER_BUFFER = 64 * 1024;
    private static final int MAX_BUFFER = 1024 * 1024;

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final SharedWire forward;
    private final SharedWire backward;
    private final AtomicLong forwarded = new AtomicLong();
    private final AtomicLong returned = new AtomicLong();
    private final Set<RelayedConnection> connections = ConcurrentHashMap.newKeySet();
    private final CutTimes cuts = new CutTimes(this::resetConnections);

    /** Which way. */
    public enum Direction {
        /** Towards the target. */
        FORWARD,
        /** From the target. */
        BACKWARD
    }

    private LinkRelay(ServerSocket listener, InetSocketAddress target, LinkShape forward, LinkShape backward) {
        long now = System.nanoTime();
        this.listener = listener;
        this.target = target;
        this.forward = new SharedWire(new Wire(forward, 0, now));
        this.backward = new SharedWire(new Wire(backward, 1, now));
    }

    /**
     * Listens on a loopback port.
     *
     * @param port 0 for any free one
     * @param target where connections lead
     * @param forward towards the target
     * @param backward from the target
     */
    public static LinkRelay start(int port, InetSocketAddress target, LinkShape forward, LinkShape backward)
            throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReceiveBufferSize(bufferBytes(forward));
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        LinkRelay relay = new LinkRelay(listener, target, forward, backward);
        relay.cuts.follow(List.of(forward.cut(), backward.cut()));
        Thread.ofVirtual().name("relay-accept").start(relay::accept);
        return relay;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Changes both directions for the bytes that come from now on. */
    public void shape(LinkShape both) {
        shape(both, both);
    }

    /** Changes each direction for the bytes that come from now on. */
    public void shape(LinkShape towardsTarget, LinkShape fromTarget) {
        forward.shape(towardsTarget);
        backward.shape(fromTarget);
        cuts.follow(List.of(towardsTarget.cut(), fromTarget.cut()));
        try {
            listener.setReceiveBufferSize(bufferBytes(towardsTarget));
            for (RelayedConnection connection : connections) {
                connection.buffers(laterBufferBytes(towardsTarget), laterBufferBytes(fromTarget));
            }
        } catch (SocketException over) {
            log.log(Level.DEBUG, "a connection ended when its link changed", over);
        }
    }

    /** Lets nothing depart for some time; what is under way arrives. */
    public void stall(Direction direction, Duration time) {
        switch (direction) {
            case FORWARD -> forward.stall(time);
            case BACKWARD -> backward.stall(time);
        }
    }

    /** Resets all connections, and each new one for some time. */
    public void cut(Duration time) {
        cuts.cut(time);
    }

    /** Bytes that have gone towards the target so far. */
    public long forwardedBytes() {
        return forwarded.get();
    }

    /** Bytes that have come from the target so far. */
    public long returnedBytes() {
        return returned.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket caller = listener.accept();
                Thread.ofVirtual().name("relay-connect").start(() -> connect(caller));
            } catch (IOException closed) {
                log.log(Level.DEBUG, "no connection could be accepted", closed);
            }
        }
    }

    private void connect(Socket caller) {
        Socket called = new Socket();
        RelayedConnection connection = new RelayedConnection(caller, called, connections::remove);
        connections.add(connection);
        try {
            caller.setTcpNoDelay(true);
            caller.setSendBufferSize(bufferBytes(backward.shape()));
            called.setTcpNoDelay(true);
            called.setSendBufferSize(bufferBytes(forward.shape()));
            called.setReceiveBufferSize(bufferBytes(backward.shape()));
            if (!refused()) {
                called.connect(target, CONNECT_MILLIS);
                connection.start(new DelayLine(forward, forwarded), new DelayLine(backward, returned));
            }
        } catch (IOException unreachable) {
            log.log(Level.DEBUG, "a connection found no target", unreachable);
            connection.reset();
        }
        if (refused()) { // asked again, as a cut may have begun meanwhile
            connection.reset();
        }
    }

    private boolean refused() {
        return listener.isClosed() || cuts.cutNow();
    }

    /**
     * Linux doubles what it is asked for and fills up to one and a half times of it. Receive buffers must be set before a
     * connection begins: the sender's segments are then at most half a window. Loopback's own segments of 64 KiB would wait
     * for a window that a small buffer never opens.
     */
    private static int bufferBytes(LinkShape shape) {
        return (int) Math.clamp(shape.bytesWithin(BUFFER_NANOS), MIN_BUFFER, MAX_BUFFER);
    }

    /** For a connection whose segments may be loopback's. */
    private static int laterBufferBytes(LinkShape shape) {
        return Math.max(MIN_LATER_BUFFER, bufferBytes(shape));
    }

    private void resetConnections() {
        connections.forEach(RelayedConnection::reset);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cuts.follow(List.of());
        resetConnections();
    }
}
