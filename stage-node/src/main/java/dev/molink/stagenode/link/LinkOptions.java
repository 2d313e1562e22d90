package dev.molink.stagenode.link;

import dev.molink.stagenode.replay.Recorder;
import dev.molink.stagenode.transmit.TransmitPolicy;

/**
 * How one end of a link sends.
 *
 * @param policy in which order messages go
 * @param faults made on purpose
 * @param recorder writes down what the transmit queue decides, if somebody wants that
 */
public record LinkOptions(TransmitPolicy policy, LinkFaults faults, Recorder recorder) {

    public static final LinkOptions DEFAULT = new LinkOptions(TransmitPolicy.FAIR, LinkFaults.NONE);

    public LinkOptions(TransmitPolicy policy, LinkFaults faults) {
        this(policy, faults, Recorder.NONE);
    }
}
