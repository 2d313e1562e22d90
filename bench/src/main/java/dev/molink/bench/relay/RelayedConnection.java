package dev.molink.bench.relay;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A connection through the relay: a socket on each side, and two directions between them. */
final class RelayedConnection {

    private static final Logger log = System.getLogger(RelayedConnection.class.getName());

    private final Socket caller;
    private final Socket called;
    private final Consumer<RelayedConnection> onEnd;
    private final List<Thread> threads = new ArrayList<>(); // guarded by this
    private int openDirections = 2; // guarded by this
    private boolean ended; // guarded by this

    /** @param onEnd called once, when both directions are over or one has failed */
    RelayedConnection(Socket caller, Socket called, Consumer<RelayedConnection> onEnd) {
        this.caller = caller;
        this.called = called;
        this.onEnd = onEnd;
    }

    /** A part of a direction's work, which ends with the direction. */
    private interface Work {

        void run() throws IOException, InterruptedException;
    }

    /** Begins to carry, unless it was ended before. */
    synchronized void start(DelayLine forward, DelayLine backward) {
        if (ended) {
            return;
        }
        work("relay-read-forward", () -> forward.read(caller.getInputStream()));
        work("relay-write-forward", () -> write(forward, called));
        work("relay-read-backward", () -> backward.read(called.getInputStream()));
        work("relay-write-backward", () -> write(backward, caller));
        threads.forEach(Thread::start);
    }

    /** Platform threads: on a busy machine they wake sooner than virtual ones, and cost less processor time. */
    private void work(String name, Work work) {
        threads.add(Thread.ofPlatform().daemon().name(name).unstarted(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException over) {
                reset();
            }
        }));
    }

    private void write(DelayLine line, Socket to) throws IOException, InterruptedException {
        line.write(to.getOutputStream());
        to.shutdownOutput();
        directionOver();
    }

    private synchronized void directionOver() {
        openDirections--;
        if (openDirections == 0) {
            end(false);
        }
    }

    /** Gives both sockets buffers that fit a changed link. */
    void buffers(int forwardBytes, int backwardBytes) throws SocketException {
        caller.setReceiveBufferSize(forwardBytes);
        called.setSendBufferSize(forwardBytes);
        called.setReceiveBufferSize(backwardBytes);
        caller.setSendBufferSize(backwardBytes);
    }

    /** Ends both sides as a broken network does: with a reset, and what was under way is lost. */
    void reset() {
        end(true);
    }

    private synchronized void end(boolean abruptly) {
        if (ended) {
            return;
        }
        ended = true;
        close(caller, abruptly);
        close(called, abruptly);
        threads.forEach(Thread::interrupt);
        onEnd.accept(this);
    }

    private static void close(Socket socket, boolean abruptly) {
        try (socket) {
            if (abruptly) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException gone) {
            log.log(Level.DEBUG, "a connection ended by itself", gone);
        }
    }
}
