package dev.molink.console.overview;

import dev.molink.controlplane.usage.UsageStore;
import dev.molink.controlplane.usage.UsageTotals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The usage of the last hour, summed at most every few seconds however many pages ask. */
final class RecentUsage {

    static final Duration SPAN = Duration.ofHours(1);
    static final Duration KEPT = Duration.ofSeconds(3);

    private final UsageStore usage;
    private final InstantSource clock;
    private @Nullable Sum last;

    private record Sum(UsageTotals totals, Instant at) {}

    RecentUsage(UsageStore usage, InstantSource clock) {
        this.usage = usage;
        this.clock = clock;
    }

    synchronized UsageTotals totals() {
        Instant now = clock.instant();
        if (last == null || !now.isBefore(last.at().plus(KEPT))) {
            last = new Sum(usage.totals(now.minus(SPAN)), now);
        }
        return last.totals();
    }
}
