package dev.molink.controlplane.fleet;

import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.StageFigures;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The links of a serving pipeline, as its head tells.
 *
 * @param codec of the activations on all links, such as {@code int8}
 * @param transmitPolicy in which order they send, such as {@code fair}
 * @param links by stage
 */
public record WireStatus(String codec, String transmitPolicy, List<LinkStatus> links) {

    public WireStatus {
        links = List.copyOf(links);
    }

    static WireStatus of(EngineFigures figures) {
        return new WireStatus(
                figures.getCodec(),
                figures.getTransmitPolicy(),
                IntStream.range(0, figures.getStagesCount())
                        .mapToObj(stage -> link(stage, figures.getStages(stage)))
                        .toList());
    }

    private static LinkStatus link(int stage, StageFigures figures) {
        return new LinkStatus(
                stage,
                figures.getLinkBytesPerSecond(),
                figures.getLinkOneWayNanos(),
                figures.getLinkTraffic().getDecodeWaitP99Nanos(),
                figures.getLinkTraffic().getBusyShare());
    }
}
