package dev.molink.stagenode.link;

import dev.molink.stagenode.transmit.TransmitPolicy;

/**
 * How one end of a link sends.
 *
 * @param policy in which order messages go
 * @param faults made on purpose
 */
public record LinkOptions(TransmitPolicy policy, LinkFaults faults) {

    public static final LinkOptions DEFAULT = new LinkOptions(TransmitPolicy.FAIR, LinkFaults.NONE);
}
