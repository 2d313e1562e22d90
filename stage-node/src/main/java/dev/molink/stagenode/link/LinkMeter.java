package dev.molink.stagenode.link;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;

/**
 * Rate and delay of one direction of a link, from when tensors went out and when the other end had them. Thread-safe;
 * times are nanoseconds of one clock.
 *
 * <p>A round trip is the time from a tensor's or heartbeat's departure to its answer; the shortest of the last 10 to 20
 * seconds counts, because queues only add to it. The wire was busy with a tensor from {@code max(departure + round trip,
 * the answer before)} until its answer: with nothing before it, that takes the delay off; behind others, it counts from
 * when they were through. Tensors of 64 KiB and more give samples, smoothed with α = 0.2; smaller ones are all delay.
 */
final class LinkMeter {

    static final long LEAST_SAMPLE_BYTES = 64 << 10;

    private static final double SMOOTHING = 0.2;
    private static final long ROUND_TRIP_WINDOW_NANOS = 10_000_000_000L;
    private static final long NONE = Long.MAX_VALUE;

    /** Departures without an answer that are remembered; the window of the transmit queue holds fewer. */
    private static final int MAX_UNDER_WAY = 4096;

    // Guarded by this.
    private final Queue<Departure> underWay = new ArrayDeque<>();
    private double bytesPerNano;
    private long lastAnswerNanos;
    private boolean answered;
    private long shortestNow = NONE;
    private long shortestBefore = NONE;
    private long windowEndNanos;
    private boolean windowOpen;

    private record Departure(long stepId, long bytes, long nanos) {}

    /** The first piece of a tensor goes out. */
    synchronized void departed(long stepId, long bytes, long nowNanos) {
        if (underWay.size() < MAX_UNDER_WAY) {
            underWay.add(new Departure(stepId, bytes, nowNanos));
        }
    }

    /** The other end has the whole tensor. */
    synchronized void acknowledged(long stepId, long nowNanos) {
        Iterator<Departure> departures = underWay.iterator();
        while (departures.hasNext()) {
            Departure departure = departures.next();
            if (departure.stepId() == stepId) {
                departures.remove();
                take(departure, nowNanos);
                return;
            }
        }
    }

    private void take(Departure departure, long nowNanos) {
        if (departure.bytes() < LEAST_SAMPLE_BYTES) {
            roundTrip(nowNanos - departure.nanos(), nowNanos);
        } else {
            rate(departure, nowNanos);
        }
        lastAnswerNanos = nowNanos;
        answered = true;
    }

    private void rate(Departure departure, long nowNanos) {
        long shortest = Math.min(shortestNow, shortestBefore);
        long began = departure.nanos() + (shortest == NONE ? 0 : shortest);
        if (answered && lastAnswerNanos - began > 0) {
            began = lastAnswerNanos;
        }
        long busy = nowNanos - began;
        if (busy > 0) {
            double sample = (double) departure.bytes() / busy;
            bytesPerNano = bytesPerNano == 0 ? sample : bytesPerNano + SMOOTHING * (sample - bytesPerNano);
        }
    }

    /** The time between a heartbeat and its echo, or a bound on it. */
    synchronized void roundTrip(long nanos, long nowNanos) {
        if (!windowOpen || nowNanos - windowEndNanos >= 0) {
            shortestBefore = shortestNow;
            shortestNow = NONE;
            windowEndNanos = nowNanos + ROUND_TRIP_WINDOW_NANOS;
            windowOpen = true;
        }
        shortestNow = Math.min(shortestNow, Math.max(1, nanos));
    }

    synchronized LinkRate rate() {
        long shortest = Math.min(shortestNow, shortestBefore);
        return new LinkRate(Math.round(bytesPerNano * 1e9), shortest == NONE ? 0 : Math.max(1, shortest / 2));
    }
}
