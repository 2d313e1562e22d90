package dev.molink.stagenode.engine;

import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.transmit.TransmitPolicy;
import java.util.Collections;
import java.util.List;

/**
 * What all stages of a formation agree on about their links; it holds for the whole epoch.
 *
 * @param codec of activations on every link
 * @param codecReason why that one
 * @param policy in which order every link sends
 * @param links as they were measured before the formation, by stage: to the next stage, and from the last to the head;
 *     unknown ones where nothing was measured
 */
public record WireTerms(ActivationCodec codec, String codecReason, TransmitPolicy policy, List<LinkRate> links) {

    public WireTerms {
        links = List.copyOf(links);
    }

    /** Of stages within one process, between which nothing was measured. */
    public static WireTerms exact(int stages) {
        return new WireTerms(
                ActivationCodec.F32,
                "nothing crosses a network",
                TransmitPolicy.FAIR,
                Collections.nCopies(stages, LinkRate.UNKNOWN));
    }

    /** What was measured of the link that {@code stage} sends on. */
    public LinkRate initial(int stage) {
        return links.get(stage);
    }
}
