package dev.molink.bench.relay;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP port on this machine behind which another one seems to lie at the end of a slow link. Both directions have a rate
 * and a delay of their own, shared by all connections. A sender feels the link through TCP's flow control, as small
 * socket buffers and a bounded amount in flight leave no room to run ahead.
 */
public final class LinkRelay implements AutoCloseable {

    private static final Logger log = System.getLogger(LinkRelay.class.getName());
    private static final int SOCKET_BUFFER = 64 * 1024;

    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final Wire forwardWire;
    private final Wire backwardWire;
    private final AtomicLong forwarded = new AtomicLong();
    private final AtomicLong returned = new AtomicLong();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    private LinkRelay(ServerSocket listener, InetSocketAddress target, LinkShape forward, LinkShape backward) {
        this.listener = listener;
        this.target = target;
        this.forwardWire = new Wire(forward);
        this.backwardWire = new Wire(backward);
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
        listener.setReceiveBufferSize(SOCKET_BUFFER);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        LinkRelay relay = new LinkRelay(listener, target, forward, backward);
        Thread.ofVirtual().name("relay-accept").start(relay::accept);
        return relay;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Changes both directions for the bytes that come from now on. */
    public void shape(LinkShape both) {
        forwardWire.shape(both);
        backwardWire.shape(both);
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
                connect(listener.accept());
            } catch (IOException unreachable) {
                log.log(Level.DEBUG, "a connection found no target", unreachable);
            }
        }
    }

    private void connect(Socket caller) throws IOException {
        sockets.add(caller);
        Socket called = new Socket();
        sockets.add(called);
        try {
            called.setReceiveBufferSize(SOCKET_BUFFER);
            called.connect(target);
            called.setTcpNoDelay(true);
            caller.setTcpNoDelay(true);
        } catch (IOException e) {
            end(caller, called);
            throw e;
        }
        new DelayLine(forwardWire, forwarded).start(caller, called, () -> end(caller, called));
        new DelayLine(backwardWire, returned).start(called, caller, () -> end(caller, called));
    }

    private void end(Socket caller, Socket called) {
        for (Socket socket : new Socket[] {caller, called}) {
            sockets.remove(socket);
            try {
                socket.close();
            } catch (IOException gone) {
                log.log(Level.DEBUG, "a connection ended by itself", gone);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : Set.copyOf(sockets)) {
            socket.close();
        }
    }
}
