package dev.molink.stagenode.engine;

import dev.molink.proto.node.v1.EngineFigures;
import dev.molink.proto.node.v1.StageFigures;
import dev.molink.stagenode.batching.Decision;
import dev.molink.stagenode.kvcache.KvUsage;
import dev.molink.stagenode.link.TrafficCodec;
import dev.molink.stagenode.plan.StageReport;
import dev.molink.stagenode.plan.StageReport.LinkRate;
import dev.molink.stagenode.scheduling.SchedulerStatus;
import java.util.List;

/** A pipeline's figures as gateways show them. */
final class Figures {

    private Figures() {}

    static EngineFigures of(Formation formation, List<StageReport> reports) {
        SchedulerStatus status = formation.status();
        Decision batching = status.batching();
        EngineFigures.Builder figures = EngineFigures.newBuilder()
                .setEpoch(formation.shape().epoch())
                .setDecodeGroups(batching.decodeGroups())
                .setPrefillPieceTokens(batching.pieceTokens())
                .setBatchingReason(batching.reason())
                .setKvBlocksCached(status.kvGroups().stream()
                        .mapToInt(KvUsage::cachedBlocks)
                        .sum())
                .setPromptTokens(status.prefixHits().queriedTokens())
                .setCachedPromptTokens(status.prefixHits().hitTokens())
                .setPreemptions(status.preemptions())
                .setDraftsProposed(status.drafts().proposed())
                .setDraftsAccepted(status.drafts().accepted())
                .setSpeculationReason(status.drafts().reason())
                .setSteps(formation.steps())
                .setCodec(formation.shape().wire().codec().toString())
                .setCodecReason(formation.shape().wire().codecReason())
                .setTransmitPolicy(formation.shape().wire().policy().toString());
        for (int stage = 0; stage < formation.shape().stages(); stage++) {
            figures.addStages(stage(stage, status, formation.shape().wire().initial(stage), reports));
        }
        return figures.build();
    }

    private static StageFigures stage(int stage, SchedulerStatus status, LinkRate initial, List<StageReport> reports) {
        StageFigures.Builder figures = StageFigures.newBuilder()
                .setLinkBytesPerSecond(initial.bytesPerSecond())
                .setLinkOneWayNanos(initial.oneWayNanos());
        double bubble = status.bubbleShares().get(stage);
        figures.setBubbleShare(Double.isNaN(bubble) ? 0 : bubble);
        reports.stream()
                .filter(report -> report.stage() == stage)
                .findFirst()
                .ifPresent(report -> figures.setDecodeStepNanos(report.decodeStepNanos())
                        .setPrefillTokenNanos(report.prefillTokenNanos())
                        .setLinkBytesPerSecond(report.link().bytesPerSecond())
                        .setLinkOneWayNanos(report.link().oneWayNanos())
                        .setLinkTraffic(TrafficCodec.encode(report.traffic())));
        return figures.build();
    }
}
