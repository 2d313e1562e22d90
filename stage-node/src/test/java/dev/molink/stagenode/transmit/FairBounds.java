package dev.molink.stagenode.transmit;

import static org.assertj.core.api.Assertions.assertThat;

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
        TransmitFigures figures = link.queue.figures();
        boolean isPrefill = frame.kind() == TransmitClass.PREFILL;
        long underWay = link.unacknowledgedPrefillBytes();
        boolean isOpen = underWay <= figures.windowBytes();
        assertThat(frame.length()).isLessThanOrEqualTo((int) figures.frameBytes());
        if (isPrefill) {
            assertThat(underWay + frame.length())
                    .as("unacknowledged prefill bytes")
                    .isLessThanOrEqualTo(figures.windowBytes() + figures.frameBytes());
        }
        if (prefillWaits && isOpen) {
            contested.add(new Contested(frame.length(), isPrefill));
            longestWindowBytes = Math.max(
                    longestWindowBytes, Math.max(0.25 * link.queue.rate().bytesPerSecond(), 20 * figures.frameBytes()));
        }
        timesClosed += prefillWaits && !isOpen ? 1 : 0;
        watchDecode(frame, isPrefill, decodeWaits, figures.frameBytes());
    }

    /** While decode waits without a break, prefill gets no more than a quarter, and two frames. */
    private void watchDecode(Send frame, boolean isPrefill, boolean decodeWaits, long frameBytes) {
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
                .isLessThanOrEqualTo(stretchOtherBytes / 3 + 2 * frameBytes);
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
        TransmitFigures figures = link.queue.figures();
        long underWay = link.unacknowledgedPrefillBytes()
                + figures.unacknowledgedBytes().decode();
        return underWay + FairRule.LEAST_FRAME_BYTES <= figures.windowBytes() + figures.frameBytes();
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
