package dev.molink.stagenode.transmit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.transmit.TransmitDecision.Send;
import java.util.ArrayList;
import java.util.List;

/** Judges every frame of policy {@code fair} by what DESIGN promises, with an account of its own. */
final class FairBounds {

    private static final double FLOOR = 0.20;

    private final VirtualLink link;

    /** Frames that went while prefill waited with its window open. */
    private final List<Contested> contested = new ArrayList<>();

    private double longestWindowBytes;
    private long stretchPrefillBytes;
    private long stretchOtherBytes;
    private long floorFrames;
    private long timesClosed;

    private record Contested(long bytes, boolean isPrefill) {}

    FairBounds(VirtualLink link) {
        this.link = link;
    }

    void sent(Send frame, boolean decodeWaits, boolean prefillWaits) {
        boolean isPrefill = frame.kind() == TransmitClass.PREFILL;
        long underWay = link.unacknowledgedPrefillBytes();
        boolean isOpen = underWay <= windowBytes();
        assertThat(frame.length()).as("frame of %s", frame.kind()).isLessThanOrEqualTo((int) frameBytes());
        if (isPrefill) {
            assertThat(underWay + frame.length())
                    .as("unacknowledged prefill bytes")
                    .isLessThanOrEqualTo(windowBytes() + frameBytes());
        }
        if (prefillWaits && isOpen) {
            contested.add(new Contested(frame.length(), isPrefill));
            longestWindowBytes = Math.max(
                    longestWindowBytes, Math.max(0.25 * link.queue.rate().bytesPerSecond(), 20.0 * frameBytes()));
        }
        timesClosed += prefillWaits && !isOpen ? 1 : 0;
        watchDecode(frame, isPrefill, decodeWaits);
    }

    /** 2 ms of the measured rate, 16 to 256 KiB. */
    private long frameBytes() {
        return Math.clamp(Math.ceilDiv(link.queue.rate().bytesPerSecond(), 500), 16 << 10, 256 << 10);
    }

    /** Measured rate × round trip, which is twice the delay; 256 KiB before anything is measured. */
    private long windowBytes() {
        LinkRate rate = link.queue.rate();
        if (rate.bytesPerSecond() == 0) {
            return 256 << 10;
        }
        // Rounding of the rate and of half the round trip.
        return (long) Math.ceil((rate.bytesPerSecond() + 1) / 1e9 * (2 * rate.oneWayNanos() + 1));
    }

    /**
     * While decode waits without a break, prefill gets no more than a quarter, and two frames; a third of what the others get,
     * and a little, for the length of a frame moves with the estimate.
     */
    private void watchDecode(Send frame, boolean isPrefill, boolean decodeWaits) {
        if (!decodeWaits) {
            stretchPrefillBytes = 0;
            stretchOtherBytes = 0;
            return;
        }
        if (isPrefill) {
            stretchPrefillBytes += frame.length();
            floorFrames++;
        } else {
            stretchOtherBytes += frame.length();
        }
        assertThat(stretchPrefillBytes)
                .as("prefill bytes while decode waits, beside %d others", stretchOtherBytes)
                .isLessThanOrEqualTo(Math.round(stretchOtherBytes * 0.34) + 2 * frameBytes());
    }

    /** In every window of contested time, and in those half as long again, prefill has its share. */
    long assertFloor() {
        return assertFloor(longestWindowBytes) + assertFloor(1.5 * longestWindowBytes);
    }

    private long assertFloor(double windowBytes) {
        long windows = 0;
        long all = 0;
        long prefill = 0;
        int first = 0;
        for (Contested frame : contested) {
            all += frame.bytes();
            prefill += frame.isPrefill() ? frame.bytes() : 0;
            while (all - contested.get(first).bytes() >= windowBytes) {
                Contested gone = contested.get(first++);
                all -= gone.bytes();
                prefill -= gone.isPrefill() ? gone.bytes() : 0;
            }
            if (all >= windowBytes) {
                windows++;
                assertThat((double) prefill / all)
                        .as("prefill's share of %d contested bytes", all)
                        .isGreaterThanOrEqualTo(FLOOR);
            }
        }
        return windows;
    }

    /** Whether so little is under way that a frame of any length fits. */
    boolean mustSend() {
        return link.unacknowledgedPrefillBytes() + (16 << 10) + 2 <= windowBytes() + frameBytes();
    }

    /** Prefill frames that went although decode waited. */
    long floorFrames() {
        return floorFrames;
    }

    /** Frames that went while prefill waited with its window closed. */
    long timesClosed() {
        return timesClosed;
    }
}
