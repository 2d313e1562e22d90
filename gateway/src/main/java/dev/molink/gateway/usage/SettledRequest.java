package dev.molink.gateway.usage;

import dev.molink.controlplane.journal.OpenRequest;
import dev.molink.controlplane.usage.RowCounts;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import dev.molink.gateway.nodes.HeadRequest;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.RequestReport;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes usage records of what is known of a request's end. */
final class SettledRequest {

    private static final long NANOS = 1_000_000_000;
    private static final String LOST = "head_lost";
    private static final String GATEWAY_LOST = "gateway_lost";
    private static final String FINISH = "FINISH_REASON_";

    private SettledRequest() {}

    /** @param deliveredTokens null where the gateway that knew was killed */
    static UsageRecord byHead(RequestReport report, Accounting accounting, @Nullable Integer deliveredTokens) {
        return new UsageRecord(
                report.getRequestId(),
                accounting.apiKeyId(),
                accounting.projectId(),
                accounting.organizationId(),
                report.getModel(),
                report.getPipeline(),
                accounting.endpoint(),
                report.getPromptTokens(),
                report.getCachedTokens(),
                report.getGeneratedTokensList().stream()
                        .mapToLong(Integer::longValue)
                        .sum(),
                deliveredTokens == null ? null : deliveredTokens.longValue(),
                words(report.getFinishList()),
                report.hasFailure() ? word(report.getFailure().getCode().name(), "FAILURE_CODE_") : null,
                report.hasRows() ? rows(report.getRows()) : null,
                report.getCodec().isEmpty() ? null : report.getCodec(),
                accounting.endUser(),
                accounting.serviceTier(),
                accounting.priceRuleId(),
                accounting.coveredTokens(),
                null,
                null,
                null,
                instant(report.getReceivedUnixNanos()),
                report.getFirstTokenUnixNanos() == 0 ? null : instant(report.getFirstTokenUnixNanos()),
                instant(report.getFinishedUnixNanos()),
                Evidence.HEAD,
                report.getGeneratedTokensList());
    }

    /**
     * What the gateway saw of a request whose head is lost; choices that were still going on have failed. It begins when the
     * request was admitted, by the database's clock: where the head's record replaces this one, limits are corrected in the
     * windows in which they were counted.
     */
    static UsageRecord byGateway(HeadRequest request, Accounting accounting, int deliveredTokens) {
        HeadRequest.Sighting sighting = request.sighting().begunAt(request.admittedAt());
        return new UsageRecord(
                request.requestId(),
                accounting.apiKeyId(),
                accounting.projectId(),
                accounting.organizationId(),
                request.pipeline().model(),
                request.pipeline().name(),
                accounting.endpoint(),
                request.request().getPromptTokenIdsCount(),
                0,
                sighting.generatedTokens().stream()
                        .mapToLong(Integer::longValue)
                        .sum(),
                (long) deliveredTokens,
                words(sighting.finish().stream()
                        .map(reason -> reason == FinishReason.FINISH_REASON_UNSPECIFIED
                                ? FinishReason.FINISH_REASON_FAILED
                                : reason)
                        .toList()),
                LOST,
                null,
                null,
                accounting.endUser(),
                accounting.serviceTier(),
                accounting.priceRuleId(),
                accounting.coveredTokens(),
                null,
                null,
                null,
                sighting.submittedAt(),
                sighting.firstTokenAt(),
                sighting.lastSeenAt(),
                Evidence.GATEWAY);
    }

    /**
     * What is known of a request that was under way when its gateway was killed, and of which no head has told: how much was
     * generated and delivered before, nobody knows.
     */
    static UsageRecord left(OpenRequest request, Accounting accounting, Instant now) {
        return new UsageRecord(
                request.requestId(),
                accounting.apiKeyId(),
                accounting.projectId(),
                accounting.organizationId(),
                request.model(),
                request.pipeline(),
                accounting.endpoint(),
                request.promptTokens(),
                0,
                0,
                null,
                Collections.nCopies(request.choices(), word(FinishReason.FINISH_REASON_FAILED.name(), FINISH)),
                GATEWAY_LOST,
                null,
                null,
                accounting.endUser(),
                accounting.priceRuleId(),
                null,
                null,
                request.submittedAt(),
                null,
                now.isBefore(request.submittedAt()) ? request.submittedAt() : now,
                Evidence.GATEWAY);
    }

    private static RowCounts rows(dev.molink.proto.node.v1.RowCounts rows) {
        return new RowCounts(
                rows.getComputed(),
                rows.getRecomputed(),
                rows.getReplayed(),
                rows.getVerifiedAccepted(),
                rows.getVerifiedRejected(),
                rows.getDiscarded());
    }

    private static List<String> words(List<FinishReason> reasons) {
        return reasons.stream().map(reason -> word(reason.name(), FINISH)).toList();
    }

    private static String word(String name, String prefix) {
        return (name.startsWith(prefix) ? name.substring(prefix.length()) : name).toLowerCase(Locale.ROOT);
    }

    private static Instant instant(long unixNanos) {
        return Instant.ofEpochSecond(Math.floorDiv(unixNanos, NANOS), Math.floorMod(unixNanos, NANOS));
    }
}
