package dev.molink.gateway.usage;

import dev.molink.controlplane.journal.OpenRequest;
import dev.molink.controlplane.usage.RowCounts;
import dev.molink.controlplane.usage.UsageBill;
import dev.molink.controlplane.usage.UsageCounts;
import dev.molink.controlplane.usage.UsageEnding;
import dev.molink.controlplane.usage.UsageOrigin;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import dev.molink.controlplane.usage.UsageServing;
import dev.molink.controlplane.usage.UsageTimes;
import dev.molink.gateway.nodes.HeadRequest;
import dev.molink.proto.node.v1.FinishReason;
import dev.molink.proto.node.v1.RequestReport;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes usage records of what is known of a request's end. */
final class SettledRequest {

    private static final long NANOS = 1_000_000_000;
    private static final String LOST = "head_lost";
    private static final String GATEWAY_LOST = "gateway_lost";
    private static final String FINISH = "FINISH_REASON_";

    private SettledRequest() {}

    /**
     * What the head told. Its clock may be wrong, and its times decide the month of the bill: they are bounded by what gateways
     * know by theirs.
     *
     * @param deliveredTokens null where the gateway that knew was killed
     * @param reportedAt when the report came
     */
    static UsageRecord byHead(
            RequestReport report, Accounting accounting, @Nullable Integer deliveredTokens, Instant reportedAt) {
        Instant acceptedAt = Objects.requireNonNullElse(accounting.acceptedAt(), Instant.EPOCH);
        return new UsageRecord(
                report.getRequestId(),
                origin(accounting),
                new UsageServing(
                        report.getModel(),
                        report.getPipeline(),
                        report.getCodec().isEmpty() ? null : report.getCodec()),
                counts(report, deliveredTokens),
                new UsageEnding(
                        words(report.getFinishList()),
                        report.hasFailure() ? word(report.getFailure().getCode().name(), "FAILURE_CODE_") : null),
                bill(accounting),
                times(report).within(acceptedAt, reportedAt),
                Evidence.HEAD);
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
                origin(accounting),
                new UsageServing(request.pipeline().model(), request.pipeline().name(), null),
                UsageCounts.tokens(
                        request.request().getPromptTokenIdsCount(), 0, sum(sighting.generatedTokens()), (long)
                                deliveredTokens),
                new UsageEnding(
                        words(sighting.finish().stream()
                                .map(SettledRequest::failedUnlessEnded)
                                .toList()),
                        LOST),
                bill(accounting),
                new UsageTimes(sighting.submittedAt(), sighting.firstTokenAt(), sighting.lastSeenAt()),
                Evidence.GATEWAY);
    }

    /**
     * What is known of a request that was under way when its gateway was killed, and of which no head has told: how much was
     * generated and delivered before, nobody knows.
     */
    static UsageRecord left(OpenRequest request, Accounting accounting, Instant now) {
        return new UsageRecord(
                request.requestId(),
                origin(accounting),
                new UsageServing(request.model(), request.pipeline(), null),
                UsageCounts.tokens(request.promptTokens(), 0, 0, null),
                new UsageEnding(
                        words(Collections.nCopies(request.choices(), FinishReason.FINISH_REASON_FAILED)), GATEWAY_LOST),
                bill(accounting),
                new UsageTimes(
                        request.submittedAt(), null, now.isBefore(request.submittedAt()) ? request.submittedAt() : now),
                Evidence.GATEWAY);
    }

    private static UsageOrigin origin(Accounting accounting) {
        return new UsageOrigin(
                accounting.apiKeyId(),
                accounting.projectId(),
                accounting.organizationId(),
                accounting.endpoint(),
                accounting.endUser(),
                accounting.serviceTier());
    }

    private static UsageBill bill(Accounting accounting) {
        return UsageBill.due(accounting.priceRuleId(), accounting.coveredTokens());
    }

    private static UsageCounts counts(RequestReport report, @Nullable Integer deliveredTokens) {
        return new UsageCounts(
                report.getPromptTokens(),
                report.getCachedTokens(),
                sum(report.getGeneratedTokensList()),
                deliveredTokens == null ? null : deliveredTokens.longValue(),
                report.getGeneratedTokensList(),
                report.hasRows() ? rows(report.getRows()) : null);
    }

    private static UsageTimes times(RequestReport report) {
        return new UsageTimes(
                instant(report.getReceivedUnixNanos()),
                report.getFirstTokenUnixNanos() == 0 ? null : instant(report.getFirstTokenUnixNanos()),
                instant(report.getFinishedUnixNanos()));
    }

    private static long sum(List<Integer> tokens) {
        return tokens.stream().mapToLong(Integer::longValue).sum();
    }

    private static FinishReason failedUnlessEnded(FinishReason reason) {
        return reason == FinishReason.FINISH_REASON_UNSPECIFIED ? FinishReason.FINISH_REASON_FAILED : reason;
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
