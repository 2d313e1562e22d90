package dev.molink.stagenode.transmit;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Rate and delay of one direction of a link, from when frames went out and when the other end had them.
 *
 * <p><b>Rate.</b> The wire carries bytes in the order of their departure, so the bytes between two arrivals took the time
 * between them, by the receiver's clock: what the acknowledgements' way back does is of no account. Time in which the wire
 * had nothing does not count. None is where the sender always had a frame or no room for one; otherwise it ends at {@code
 * departure + shortest transit}, where transit is arrival minus departure, over two clocks whose difference is the same in all
 * of them, less what the frame of that transit took itself. Where that is more than a quarter of what remains, the sender
 * was starved and the arrivals say nothing. Of a sender that had nothing left a sample may raise the rate; it lowers the rate only
 * where all frames waited on the wire for 20 ms and more. Samples have 64 KiB and 20 ms at least, and are smoothed with
 * α = 0.2.
 *
 * <p><b>Delay.</b> Half of the shortest round trip of the last 10 to 20 seconds, of frames and echoes alike.
 */
final class LinkEstimator {

    static final long LEAST_SAMPLE_BYTES = 64 << 10;

    /** What every sample but the first takes at least, so that a millisecond's jitter says little. */
    static final long LEAST_SAMPLE_NANOS = 20_000_000;

    /** What a sample is worth no more: the time after which an idle link is worth a probe. */
    static final long OLD_NANOS = 30_000_000_000L;

    /** A frame that came so long after it could have had others before it on the wire; a late thread alone is seldom that late. */
    private static final long STANDING_NANOS = 20_000_000;

    private static final double SMOOTHING = 0.2;
    private static final int MAX_UNDER_WAY = 1 << 16;

    private final Deque<Departure> underWay = new ArrayDeque<>();
    private final ShortestLately roundTrip = new ShortestLately();
    private final ShortestLately transit = new ShortestLately();
    private long departedBytes;
    private boolean rested = true;
    private boolean hadNothing = true;

    private boolean arrived;
    private long arrivedNanos;
    private long arrivedBytes;

    private long spanBytes;
    private long spanNanos;

    /** Whether the sender had nothing to send somewhere in the span: the link can do more than the span shows. */
    private boolean spanStarved;

    /** Smoothed instead of its inverse, because a jitter that shortens one span and lengthens the next then cancels out. */
    private double nanosPerByte;

    private long sampledNanos;
    private long busyNanos;

    /**
     * A frame that went out.
     *
     * @param messageBytes of its message that went with it and before
     * @param linkBytes of all messages that went with it and before
     * @param isPressed whether the sender always had something to send, or no room for it, since the frame before
     * @param isStarved whether it had nothing to send at some time since the frame before
     */
    record Departure(long messageBytes, long linkBytes, int length, long nanos, boolean isPressed, boolean isStarved) {}

    /** What was measured of the link before anything went over it; later samples change it as they change each other. */
    void assume(LinkRate known, long nowNanos) {
        if (known.bytesPerSecond() > 0) {
            nanosPerByte = 1e9 / known.bytesPerSecond();
            sampledNanos = nowNanos;
        }
        if (known.oneWayNanos() > 0) {
            roundTrip(2 * known.oneWayNanos(), nowNanos);
        }
    }

    Departure departed(long messageBytes, int length, long nowNanos) {
        departedBytes += length;
        Departure departure = new Departure(messageBytes, departedBytes, length, nowNanos, !rested, hadNothing);
        rested = false;
        hadNothing = false;
        if (underWay.size() == MAX_UNDER_WAY) {
            underWay.remove();
        }
        underWay.add(departure);
        return departure;
    }

    /**
     * The sender could have sent, but has nothing that may go.
     *
     * @param hasNothing whether nothing waits at all, not even for its window
     */
    void rests(boolean hasNothing) {
        rested = true;
        hadNothing |= hasNothing;
    }

    /**
     * The other end had a frame.
     *
     * @param peerNanos when, by its clock
     */
    void arrived(Departure departure, long peerNanos, long nowNanos) {
        transit.add(peerNanos - departure.nanos(), departure.length(), nowNanos);
        roundTrip(nowNanos - departure.nanos(), nowNanos);
        if (departure.linkBytes() <= arrivedBytes || (arrived && peerNanos - arrivedNanos < 0)) {
            return;
        }
        long idle = takeUntil(departure);
        long bytes = departure.linkBytes() - arrivedBytes;
        if (arrived && peerNanos == arrivedNanos) {
            // Two frames in one answer: the bytes belong to the time that was counted with the first.
            spanBytes += spanBytes == 0 ? 0 : bytes;
        } else if (arrived) {
            carried(bytes, peerNanos - arrivedNanos, idle, nowNanos);
        }
        arrived = true;
        arrivedNanos = peerNanos;
        arrivedBytes = departure.linkBytes();
    }

    /**
     * Takes all frames up to one that arrived off those under way.
     *
     * @return how long the wire had nothing to carry before any of them, since the arrival before
     */
    private long takeUntil(Departure last) {
        long emptyTransit = transit.nanos() - Math.round(transit.bytes() * nanosPerByte);
        long wireFreeNanos = arrivedNanos;
        long idle = 0;
        while (!underWay.isEmpty() && underWay.element().linkBytes() <= last.linkBytes()) {
            Departure frame = underWay.remove();
            long gap = frame.nanos() + emptyTransit - wireFreeNanos;
            spanStarved |= frame.isStarved() && gap > -STANDING_NANOS;
            if (!frame.isPressed() && gap > 0) {
                idle += gap;
                wireFreeNanos += gap;
            }
            wireFreeNanos += Math.round(frame.length() * nanosPerByte);
        }
        return idle;
    }

    /** The wire carried so many bytes since the arrival before. */
    private void carried(long bytes, long nanos, long idle, long nowNanos) {
        long busy = nanos - idle;
        if (busy <= 0) {
            return;
        }
        busyNanos += busy;
        if (idle > busy / 4) {
            return;
        }
        spanBytes += bytes;
        spanNanos += busy;
        if (spanBytes >= LEAST_SAMPLE_BYTES && (nanosPerByte == 0 || spanNanos >= LEAST_SAMPLE_NANOS)) {
            double sample = (double) spanNanos / spanBytes;
            // A sender that had nothing to send shows its own pace: that may raise the rate, never lower it.
            if (nanosPerByte == 0 || !spanStarved || sample < nanosPerByte) {
                nanosPerByte = nanosPerByte == 0 ? sample : nanosPerByte + SMOOTHING * (sample - nanosPerByte);
                sampledNanos = nowNanos;
            }
            spanBytes = 0;
            spanNanos = 0;
            spanStarved = false;
        }
    }

    /** From a departure to the arrival of its answer. */
    void roundTrip(long nanos, long nowNanos) {
        roundTrip.add(Math.max(1, nanos), 0, nowNanos);
    }

    /** 0: not known. */
    double bytesPerSecond() {
        return nanosPerByte == 0 ? 0 : 1e9 / nanosPerByte;
    }

    /** 0: not known. */
    long roundTripNanos() {
        return roundTrip.nanos();
    }

    /** Time in which the wire carried something, as far as acknowledgements show. */
    long busyNanos() {
        return busyNanos;
    }

    boolean isOld(long nowNanos) {
        return nanosPerByte == 0 || nowNanos - sampledNanos >= OLD_NANOS;
    }

    LinkRate rate() {
        long roundTripNanos = roundTripNanos();
        return new LinkRate(Math.round(bytesPerSecond()), roundTripNanos == 0 ? 0 : Math.max(1, roundTripNanos / 2));
    }
}
