package dev.molink.stagenode.transmit;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Rate and delay of one direction of a link, from when frames went out and when the other end had them.
 *
 * <p><b>Rate.</b> The wire carries bytes in the order of their departure, so the bytes between two arrivals took the time
 * between them, by the receiver's clock: what the acknowledgements' way back does is of no account. Time in which the wire
 * had nothing does not count. It had nothing until {@code departure + shortest transit}, where transit is arrival minus
 * departure, over two clocks whose difference is the same in all of them. Where that is more than a quarter of what remains,
 * the sender was starved and the arrivals say nothing. Samples are 64 KiB and more, smoothed with α = 0.2.
 *
 * <p><b>Delay.</b> Half of the shortest round trip of the last 10 to 20 seconds, of frames and echoes alike.
 */
final class LinkEstimator {

    static final long LEAST_SAMPLE_BYTES = 64 << 10;

    /** What a sample is worth no more: the time after which an idle link is worth a probe. */
    static final long OLD_NANOS = 30_000_000_000L;

    private static final double SMOOTHING = 0.2;
    private static final int MAX_UNDER_WAY = 1 << 16;

    private final Deque<Departure> underWay = new ArrayDeque<>();
    private final ShortestLately roundTrip = new ShortestLately();
    private final ShortestLately transit = new ShortestLately();
    private long departedBytes;

    private boolean arrived;
    private long arrivedNanos;
    private long arrivedBytes;

    private long spanBytes;
    private long spanNanos;
    private double bytesPerNano;
    private long sampledNanos;
    private long busyNanos;

    /**
     * A frame that went out.
     *
     * @param messageBytes of its message that went with it and before
     * @param linkBytes of all messages that went with it and before
     */
    record Departure(long messageBytes, long linkBytes, long nanos) {}

    Departure departed(long messageBytes, int length, long nowNanos) {
        departedBytes += length;
        Departure departure = new Departure(messageBytes, departedBytes, nowNanos);
        if (underWay.size() == MAX_UNDER_WAY) {
            underWay.remove();
        }
        underWay.add(departure);
        return departure;
    }

    /**
     * The other end had a frame.
     *
     * @param peerNanos when, by its clock
     */
    void arrived(Departure departure, long peerNanos, long nowNanos) {
        transit.add(peerNanos - departure.nanos(), nowNanos);
        roundTrip(nowNanos - departure.nanos(), nowNanos);
        if (arrived && peerNanos - arrivedNanos <= 0) {
            return;
        }
        long firstDeparture = departure.nanos();
        boolean isNews = false;
        while (!underWay.isEmpty() && underWay.element().linkBytes() <= departure.linkBytes()) {
            Departure passed = underWay.remove();
            firstDeparture = isNews ? firstDeparture : passed.nanos();
            isNews = true;
        }
        if (!isNews) {
            return;
        }
        if (arrived) {
            carried(departure.linkBytes() - arrivedBytes, firstDeparture, peerNanos, nowNanos);
        }
        arrived = true;
        arrivedNanos = peerNanos;
        arrivedBytes = departure.linkBytes();
    }

    /** The wire carried so many bytes since the arrival before. */
    private void carried(long bytes, long firstDepartureNanos, long peerNanos, long nowNanos) {
        long idle = Math.max(0, firstDepartureNanos + transit.nanos() - arrivedNanos);
        long busy = peerNanos - arrivedNanos - idle;
        if (busy <= 0) {
            return;
        }
        busyNanos += busy;
        if (idle > busy / 4) {
            return;
        }
        spanBytes += bytes;
        spanNanos += busy;
        if (spanBytes >= LEAST_SAMPLE_BYTES) {
            double sample = (double) spanBytes / spanNanos;
            bytesPerNano = bytesPerNano == 0 ? sample : bytesPerNano + SMOOTHING * (sample - bytesPerNano);
            sampledNanos = nowNanos;
            spanBytes = 0;
            spanNanos = 0;
        }
    }

    /** From a departure to the arrival of its answer. */
    void roundTrip(long nanos, long nowNanos) {
        roundTrip.add(Math.max(1, nanos), nowNanos);
    }

    /** 0: not known. */
    double bytesPerSecond() {
        return bytesPerNano * 1e9;
    }

    /** 0: not known. */
    long roundTripNanos() {
        return roundTrip.isKnown() ? roundTrip.nanos() : 0;
    }

    /** Time in which the wire carried something, as far as acknowledgements show. */
    long busyNanos() {
        return busyNanos;
    }

    boolean isOld(long nowNanos) {
        return bytesPerNano == 0 || nowNanos - sampledNanos >= OLD_NANOS;
    }

    LinkRate rate() {
        long roundTripNanos = roundTripNanos();
        return new LinkRate(Math.round(bytesPerSecond()), roundTripNanos == 0 ? 0 : Math.max(1, roundTripNanos / 2));
    }
}
