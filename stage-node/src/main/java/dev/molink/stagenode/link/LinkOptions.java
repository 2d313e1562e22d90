package dev.molink.stagenode.link;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.transmit.TransmitPolicy;

/**
 * How one end of a link sends.
 *
 * @param policy in which order messages go
 * @param faults made on purpose
 * @param initial what was measured of the link before
 */
public record LinkOptions(TransmitPolicy policy, LinkFaults faults, LinkRate initial) {

    public static final LinkOptions DEFAULT = new LinkOptions(TransmitPolicy.FAIR, LinkFaults.NONE, LinkRate.UNKNOWN);
}
