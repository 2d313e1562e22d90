package dev.molink.controlplane.rollup;

import dev.molink.controlplane.pricing.TokenCounts;
import dev.molink.controlplane.usage.UsageBill;
import dev.molink.controlplane.usage.UsageCounts;
import dev.molink.controlplane.usage.UsageEnding;
import dev.molink.controlplane.usage.UsageOrigin;
import dev.molink.controlplane.usage.UsageRecord;
import dev.molink.controlplane.usage.UsageRecord.Evidence;
import dev.molink.controlplane.usage.UsageServing;
import dev.molink.controlplane.usage.UsageTimes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random records of two organizations within two days, many of them near the edges of hours. */
final class RandomUsage {

    static final int DAYS = 2;
    private static final long HOUR_NANOS = 3_600_000_000_000L;
    private static final int LABELS = 6;

    private final Random random;
    private final LocalDate firstDay;
    private final String run;
    private int made;

    RandomUsage(long seed, LocalDate firstDay) {
        this.random = new Random(seed);
        this.firstDay = firstDay;
        this.run = "%x".formatted(seed & 0xffffffffffL);
    }

    String organization(int number) {
        return "org_%s_%d".formatted(run, number);
    }

    UsageRecord next(Evidence evidence) {
        return next("req_%s_%d".formatted(run, made++), evidence);
    }

    UsageRecord next(String requestId, Evidence evidence) {
        int organization = random.nextInt(2);
        String project = "proj_%s_%d_%d".formatted(run, organization, random.nextInt(2));
        boolean billed = random.nextInt(4) > 0;
        int prompt = random.nextInt(1000);
        Instant finished = finished();
        return new UsageRecord(
                requestId,
                new UsageOrigin(
                        "key_%s_%d".formatted(project, random.nextInt(3)),
                        project,
                        organization(organization),
                        "/v1/completions",
                        endUser(),
                        tier()),
                new UsageServing(
                        "model-" + random.nextInt(2),
                        random.nextInt(5) == 0 ? "" : "pipeline-" + random.nextInt(2),
                        null),
                UsageCounts.tokens(
                        prompt,
                        random.nextInt(prompt + 1),
                        random.nextInt(50) == 0 ? Long.MAX_VALUE - random.nextInt(9) : random.nextInt(500),
                        random.nextInt(4) == 0 ? null : (long) random.nextInt(500)),
                new UsageEnding(List.of("stop"), random.nextInt(5) == 0 ? "stage_lost" : null),
                new UsageBill(
                        null,
                        null,
                        billed && random.nextBoolean() ? new TokenCounts(prompt, 0, random.nextInt(500)) : null,
                        billed ? charge() : null,
                        billed ? (random.nextInt(3) == 0 ? "EUR" : "USD") : null),
                new UsageTimes(finished.minusSeconds(2), null, finished),
                evidence);
    }

    private @Nullable String endUser() {
        int label = random.nextInt(LABELS);
        return label == 0 ? null : "user-" + label;
    }

    private @Nullable String tier() {
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> "flex";
            default -> "default";
        };
    }

    private BigDecimal charge() {
        return new BigDecimal(new BigInteger(70, random), 18);
    }

    /** To the nanosecond, though the databases keep microseconds; a third lies within a microsecond of an hour's edge. */
    private Instant finished() {
        Instant start = firstDay.atStartOfDay().toInstant(ZoneOffset.UTC);
        int hours = 24 * DAYS;
        // the last edge is left out: it may be rounded into the day after
        Instant edge = start.plusSeconds(3600L * (1 + random.nextInt(hours - 1)));
        return switch (random.nextInt(6)) {
            case 0 -> edge;
            case 1 -> edge.minusNanos(random.nextInt(2000));
            default -> start.plusNanos(random.nextLong(HOUR_NANOS * (hours - 1)));
        };
    }
}
