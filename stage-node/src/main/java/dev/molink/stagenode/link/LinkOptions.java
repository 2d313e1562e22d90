package dev.molink.stagenode.link;

import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.replay.Recorder;
import dev.molink.stagenode.transmit.TransmitPolicy;

/**
 * How one end of a link sends.
 *
 * @param policy in which order messages go
 * @param faults made on purpose
 * @param initial what was measured of the link before
 * @param recorder writes down what the transmit queue decides, if somebody wants that
 */
public record LinkOptions(TransmitPolicy policy, LinkFaults faults, LinkRate initial, Recorder recorder) {

    public static final LinkOptions DEFAULT = new LinkOptions(TransmitPolicy.FAIR, LinkFaults.NONE, LinkRate.UNKNOWN);

    public LinkOptions(TransmitPolicy policy, LinkFaults faults, LinkRate initial) {
        this(policy, faults, initial, Recorder.NONE);
    }
}
