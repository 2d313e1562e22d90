package dev.molink.stagenode.link;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.transmit.TransmitFigures;

/**
 * What one end of a link has sent so far, and what it learnt of the link.
 *
 * @param pendingBytes of encoded hidden states that wait or were not acknowledged
 * @param framesRepeated sent again because they were lost or corrupt
 * @param corruptFrames that the other end dropped for their checksum
 * @param probes sent to measure the link while it was idle
 */
public record LinkFigures(
        LinkRate rate,
        TransmitFigures queue,
        long pendingBytes,
        long framesRepeated,
        long corruptFrames,
        long probes) {

    private static final TransmitFigures.PerClass NOTHING = new TransmitFigures.PerClass(0, 0, 0);

    /** Before anything was sent. */
    public static final LinkFigures NONE = new LinkFigures(
            LinkRate.UNKNOWN,
            new TransmitFigures(0, NOTHING, 0, NOTHING, NOTHING, NOTHING, 0, 0, 0, 0),
            0,
            0,
            0,
            0);
}
