package dev.molink.gateway.usage;

import dev.molink.gateway.nodes.HeadRequest;
import dev.molink.proto.node.v1.FailureCode;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.RequestReport;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one request ended, as it is written down.
 *
 * @param generatedTokens per choice
 * @param finish per choice
 * @param failure null unless the head said that the request failed
 * @param deliveredTokens ids whose text reached the client; null where the gateway that knew was killed
 * @param fromHead whether the counts are the head's; otherwise they are what the gateway saw before it lost the head
 * @param firstTokenAt null when there was none
 */
record UsageEntry(
        String requestId,
        Accounting accounting,
        String model,
        String pipeline,
        long epoch,
        int promptTokens,
        int cachedTokens,
        List<Integer> generatedTokens,
        List<FinishReason> finish,
        @Nullable FailureCode failure,
        @Nullable Integer deliveredTokens,
        boolean fromHead,
        Instant receivedAt,
        @Nullable Instant firstTokenAt,
        Instant finishedAt) {

    private static final long NANOS = 1_000_000_000;

    UsageEntry {
        generatedTokens = List.copyOf(generatedTokens);
        finish = List.copyOf(finish);
    }

    static UsageEntry fromHead(RequestReport report, Accounting accounting, @Nullable Integer deliveredTokens) {
        return new UsageEntry(
                report.getRequestId(),
                accounting,
                report.getModel(),
                report.getPipeline(),
                report.getEpoch(),
                report.getPromptTokens(),
                report.getCachedTokens(),
                report.getGeneratedTokensList(),
                report.getFinishList(),
                report.hasFailure() ? report.getFailure().getCode() : null,
                deliveredTokens,
                true,
                instant(report.getReceivedUnixNanos()),
                report.getFirstTokenUnixNanos() == 0 ? null : instant(report.getFirstTokenUnixNanos()),
                instant(report.getFinishedUnixNanos()));
    }

    static UsageEntry fromGateway(HeadRequest request, Accounting accounting, int deliveredTokens) {
        HeadRequest.Sighting sighting = request.sighting();
        return new UsageEntry(
                request.requestId(),
                accounting,
                request.pipeline().model(),
                request.pipeline().name(),
                request.pipeline().epoch(),
                request.request().getPromptTokenIdsCount(),
                0,
                sighting.generatedTokens(),
                sighting.finish(),
                FailureCode.FAILURE_CODE_STAGE_LOST,
                deliveredTokens,
                false,
                sighting.submittedAt(),
                sighting.firstTokenAt(),
                sighting.lastSeenAt());
    }

    int generatedTotal() {
        return generatedTokens.stream().mapToInt(Integer::intValue).sum();
    }

    private static Instant instant(long unixNanos) {
        return Instant.ofEpochSecond(Math.floorDiv(unixNanos, NANOS), Math.floorMod(unixNanos, NANOS));
    }
}
