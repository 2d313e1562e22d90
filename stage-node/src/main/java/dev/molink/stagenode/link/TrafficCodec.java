package dev.molink.stagenode.link;

import dev.molink.stagenode.plan.LinkTraffic;

/** {@link LinkTraffic} as stages report it to the head and the head to gateways. */
public final class TrafficCodec {

    private TrafficCodec() {}

    public static dev.molink.proto.node.v1.LinkTraffic encode(LinkTraffic traffic) {
        return dev.molink.proto.node.v1.LinkTraffic.newBuilder()
                .setBusyShare(traffic.busyShare())
                .setControlBytes(traffic.controlBytes())
                .setDecodeBytes(traffic.decodeBytes())
                .setPrefillBytes(traffic.prefillBytes())
                .setDecodeWaitP50Nanos(traffic.decodeWaitP50Nanos())
                .setDecodeWaitP99Nanos(traffic.decodeWaitP99Nanos())
                .setFramesRepeated(traffic.framesRepeated())
                .setCorruptFrames(traffic.corruptFrames())
                .setProbes(traffic.probes())
                .build();
    }

    static LinkTraffic decode(dev.molink.proto.node.v1.LinkTraffic traffic) {
        return new LinkTraffic(
                traffic.getBusyShare(),
                traffic.getControlBytes(),
                traffic.getDecodeBytes(),
                traffic.getPrefillBytes(),
                traffic.getDecodeWaitP50Nanos(),
                traffic.getDecodeWaitP99Nanos(),
                traffic.getFramesRepeated(),
                traffic.getCorruptFrames(),
                traffic.getProbes());
    }
}
