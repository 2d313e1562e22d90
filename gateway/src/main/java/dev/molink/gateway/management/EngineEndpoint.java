package dev.molink.gateway.management;

import dev.molink.gateway.nodes.EngineMeters;
import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.LinkTraffic;
import dev.molink.proto.node.v1.StageFigures;
import java.util.Comparator;
import java.util.List;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.stereotype.Component;

/** How the heads that are connected here run their pipelines, with the reasons. */
@Component
@Endpoint(id = "engines")
final class EngineEndpoint {

    private final EngineMeters engines;

    EngineEndpoint(EngineMeters engines) {
        this.engines = engines;
    }

    record Engines(List<Engine> engines) {}

    record Engine(
            String head,
            long epoch,
            int decodeGroups,
            int prefillPieceTokens,
            String batchingReason,
            int kvBlocksCached,
            long promptTokens,
            long cachedPromptTokens,
            long preemptions,
            long draftsProposed,
            long draftsAccepted,
            long steps,
            String speculationReason,
            String codec,
            String codecReason,
            String transmitPolicy,
            List<Stage> stages) {}

    record Stage(
            double bubbleShare,
            double decodeStepMillis,
            double prefillTokenMillis,
            long linkBytesPerSecond,
            double linkOneWayMillis,
            Traffic link) {}

    /** What a stage has sent on its link, since the formation. */
    record Traffic(
            double busyShare,
            long controlBytes,
            long decodeBytes,
            long prefillBytes,
            double decodeWaitP50Millis,
            double decodeWaitP99Millis,
            long framesRepeated,
            long corruptFrames,
            long probes) {}

    @ReadOperation
    Engines engines() {
        return new Engines(engines.newest().entrySet().stream()
                .map(each -> engine(each.getKey(), each.getValue()))
                .sorted(Comparator.comparing(Engine::head))
                .toList());
    }

    private static Engine engine(String head, EngineFigures figures) {
        return new Engine(
                head,
                figures.getEpoch(),
                figures.getDecodeGroups(),
                figures.getPrefillPieceTokens(),
                figures.getBatchingReason(),
                figures.getKvBlocksCached(),
                figures.getPromptTokens(),
                figures.getCachedPromptTokens(),
                figures.getPreemptions(),
                figures.getDraftsProposed(),
                figures.getDraftsAccepted(),
                figures.getSteps(),
                figures.getSpeculationReason(),
                figures.getCodec(),
                figures.getCodecReason(),
                figures.getTransmitPolicy(),
                figures.getStagesList().stream().map(EngineEndpoint::stage).toList());
    }

    private static Stage stage(StageFigures figures) {
        return new Stage(
                figures.getBubbleShare(),
                millis(figures.getDecodeStepNanos()),
                millis(figures.getPrefillTokenNanos()),
                figures.getLinkBytesPerSecond(),
                millis(figures.getLinkOneWayNanos()),
                traffic(figures.getLinkTraffic()));
    }

    private static Traffic traffic(LinkTraffic link) {
        return new Traffic(
                link.getBusyShare(),
                link.getControlBytes(),
                link.getDecodeBytes(),
                link.getPrefillBytes(),
                millis(link.getDecodeWaitP50Nanos()),
                millis(link.getDecodeWaitP99Nanos()),
                link.getFramesRepeated(),
                link.getCorruptFrames(),
                link.getProbes());
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
