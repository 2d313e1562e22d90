package dev.molink.bench.fleet;

import dev.molink.bench.relay.LinkShape;
import dev.molink.stagenode.batching.BatchingOption;
import dev.molink.stagenode.codec.ActivationCodec;
import dev.molink.stagenode.model.architecture.ModelConfig;
import dev.molink.stagenode.simulation.DeviceProfile;
import dev.molink.stagenode.speculation.SpeculationOption;
import dev.molink.stagenode.transmit.TransmitPolicy;

/**
 * One fleet: as many devices of one kind as stages, with equal links between them.
 *
 * @param link each direction of each link
 * @param tensors that cross a cut for each row: 1, where residual and hidden state are added before, or 2
 * @param seed of everything that is drawn
 */
public record FleetSetting(
        ModelConfig model,
        DeviceProfile device,
        int stages,
        LinkShape link,
        TransmitPolicy policy,
        ActivationCodec codec,
        int tensors,
        BatchingOption batching,
        SpeculationOption speculation,
        long seed) {

    /** Bytes of one row on the wire. */
    public long rowBytes() {
        return tensors * codec.rowBytes(model.hiddenSize());
    }

    public FleetSetting with(LinkShape otherLink) {
        return new FleetSetting(model, device, stages, otherLink, policy, codec, tensors, batching, speculation, seed);
    }

    public FleetSetting with(SpeculationOption otherSpeculation) {
        return new FleetSetting(model, device, stages, link, policy, codec, tensors, batching, otherSpeculation, seed);
    }
}
