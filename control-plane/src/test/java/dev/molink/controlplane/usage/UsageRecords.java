package dev.molink.controlplane.usage;

import dev.molink.controlplane.usage.UsageRecord.Evidence;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Sample records. */
final class UsageRecords {

    static final Instant RECEIVED = Instant.parse("2026-11-21T10:00:00.123456Z");

    private UsageRecords() {}

    static UsageRecord byTheHead() {
        return byTheHead("req_" + UUID.randomUUID());
    }

    static UsageRecord byTheHead(String requestId) {
        return record(requestId, 42, List.of("stop", "length"), Evidence.HEAD, RECEIVED.plusSeconds(2));
    }

    static UsageRecord byTheGateway(String requestId) {
        return new UsageRecord(
                requestId,
                UsageOrigin.of("key_1", "proj_1", "org_1", "/v1/chat/completions"),
                new UsageServing("molink-demo", "default", null),
                UsageCounts.tokens(17, 0, 40, 39L),
                new UsageEnding(List.of("failed"), "stage_lost"),
                UsageBill.NONE,
                new UsageTimes(RECEIVED, null, RECEIVED.plusSeconds(1)),
                Evidence.GATEWAY);
    }

    static UsageRecord record(
            String requestId, long generatedTokens, List<String> finish, Evidence evidence, Instant finishedAt) {
        return new UsageRecord(
                requestId,
                new UsageOrigin("key_1", "proj_1", "org_1", "/v1/chat/completions", "user-7", UsageOrigin.DEFAULT_TIER),
                new UsageServing("molink-demo", "default", "int8"),
                new UsageCounts(17, 16, generatedTokens, null, List.of(40, 2), new RowCounts(42, 1, 2, 3, 4, 5)),
                new UsageEnding(finish, null),
                new UsageBill("price_1", null, null, new BigDecimal("0.000000000000000042"), "USD"),
                new UsageTimes(RECEIVED, RECEIVED.plusMillis(350), finishedAt),
                evidence);
    }
}
