package dev.molink.bench.fleet;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One direction of a wire that several connections share as flows share a link with fair queues, and as the relay on the real
 * clock lets them: of n that have something unsent each gets one n-th of the rate. What one connection sends goes in order.
 */
final class VirtualWire {

    /** What a connection takes before it says that it is full; as the limit that the product sets on its sockets. */
    static final int UNSENT_BYTES = 16 << 10;

    /** So fast that everything takes no time, without infinities in sums. */
    private static final double MOST_BYTES_PER_SECOND = 1e18;

    private final VirtualClock clock;
    private final double bytesPerNano;

    /** Of half a nanosecond: what is shorter than the clock's step is over. */
    private final double nothing;

    private final Runnable onChange;
    private final List<Connection> connections;
    private long lastNanos;
    private long planned;

    private static final class Passing {

        private final Runnable departed;
        private double unsentBytes;

        Passing(long bytes, Runnable departed) {
            this.unsentBytes = bytes;
            this.departed = departed;
        }
    }

    private static final class Connection {

        private final Deque<Passing> frames = new ArrayDeque<>();
        private double unsentBytes;

        boolean isBusy() {
            return !frames.isEmpty();
        }

        void add(Passing frame) {
            frames.add(frame);
            unsentBytes += frame.unsentBytes;
        }

        void send(double bytes) {
            frames.element().unsentBytes -= bytes;
            unsentBytes -= bytes;
        }

        /** Bytes until a frame is out, or until the connection takes another. */
        double untilChange(double nothing) {
            double tooMany = unsentBytes - UNSENT_BYTES;
            double frame = frames.element().unsentBytes;
            return tooMany > nothing ? Math.min(tooMany, frame) : frame;
        }

        void releaseDeparted(double nothing) {
            while (isBusy() && frames.element().unsentBytes <= nothing) {
                Passing frame = frames.remove();
                unsentBytes -= frame.unsentBytes;
                frame.departed.run();
            }
        }
    }

    /** @param onChange called when a connection may have room again */
    VirtualWire(VirtualClock clock, double bytesPerSecond, int connections, Runnable onChange) {
        this.clock = clock;
        this.bytesPerNano = Math.min(bytesPerSecond, MOST_BYTES_PER_SECOND) / 1e9;
        this.nothing = 0.51 * bytesPerNano;
        this.onChange = onChange;
        this.connections =
                IntStream.range(0, connections).mapToObj(_ -> new Connection()).toList();
        this.lastNanos = clock.now();
    }

    /** Whether a connection takes another frame. */
    boolean hasRoom(int connection) {
        advance();
        return connections.get(connection).unsentBytes <= UNSENT_BYTES + nothing;
    }

    /** Puts a frame behind what its connection still has to send. */
    void carry(int connection, long bytes, Runnable departed) {
        advance();
        connections.get(connection).add(new Passing(bytes, departed));
        plan();
    }

    /** How long what a connection has unsent takes, if the others stay as busy as they are. */
    long drainNanos(int connection) {
        advance();
        return Math.round(connections.get(connection).unsentBytes * Math.max(1, busy()) / bytesPerNano);
    }

    private long busy() {
        return connections.stream().filter(Connection::isBusy).count();
    }

    private void advance() {
        long elapsed = clock.now() - lastNanos;
        lastNanos = clock.now();
        long busy = busy();
        if (elapsed > 0 && busy > 0) {
            double each = elapsed * bytesPerNano / busy;
            connections.stream().filter(Connection::isBusy).forEach(connection -> connection.send(each));
        }
    }

    private void plan() {
        long plan = ++planned;
        connections.stream()
                .filter(Connection::isBusy)
                .mapToDouble(connection -> connection.untilChange(nothing))
                .min()
                .ifPresent(bytes -> clock.after(Math.round(bytes * busy() / bytesPerNano), () -> turn(plan)));
    }

    private void turn(long plan) {
        if (plan != planned) {
            return; // something came in between
        }
        advance();
        connections.forEach(connection -> connection.releaseDeparted(nothing));
        plan();
        onChange.run();
    }
}
