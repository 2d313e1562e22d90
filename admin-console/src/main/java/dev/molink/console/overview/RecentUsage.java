package dev.molink.console.overview;

import dev.molink.controlplane.usage.UsageStore;
import dev.molink.controlplane.usage.UsageTotals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The usage of the last hour, of all organizations or of one, summed at most every few seconds however many pages ask. At most
 * {@value #MAX_SUMS} sums are kept, the longest unused is forgotten first.
 */
final class RecentUsage {

    static final Duration SPAN = Duration.ofHours(1);
    static final Duration KEPT = Duration.ofSeconds(3);
    static final int MAX_SUMS = 200;

    private static final String EVERYBODY = "";

    private final UsageStore usage;
    private final InstantSource clock;
    private final Map<String, Sum> sums = new LinkedHashMap<>(16, 0.75f, true);

    private record Sum(UsageTotals totals, Instant at) {}

    RecentUsage(UsageStore usage, InstantSource clock) {
        this.usage = usage;
        this.clock = clock;
    }

    UsageTotals totals() {
        return kept(EVERYBODY, usage::totals);
    }

    UsageTotals totals(String organizationId) {
        return kept(organizationId, since -> usage.totals(since, organizationId));
    }

    private synchronized UsageTotals kept(String of, Function<Instant, UsageTotals> sum) {
        Instant now = clock.instant();
        Sum last = sums.get(of);
        if (last == null || !now.isBefore(last.at().plus(KEPT))) {
            last = new Sum(sum.apply(now.minus(SPAN)), now);
            sums.put(of, last);
            forgetOldest();
        }
        return last.totals();
    }

    private void forgetOldest() {
        var oldest = sums.entrySet().iterator();
        while (sums.size() > MAX_SUMS) {
            oldest.next();
            oldest.remove();
        }
    }
}
