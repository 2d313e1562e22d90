package dev.molink.bench.links;

import dev.molink.bench.fleet.Fleet;
import dev.molink.bench.fleet.FleetRun;
import dev.molink.bench.fleet.FleetSetting;
import java.util.ArrayList;
import java.util.List;

/**
 * The highest rate of requests at which the limits are kept, found by doubling from a low rate and halving the gap between
 * the last rate that kept them and the first that did not.
 */
public final class Goodput {

    private static final double LOWEST = 0.01;
    private static final double HIGHEST = 1024;

    private final Fleet fleet;
    private final Workload workload;
    private final ServiceLimits limits;
    private final int requests;
    private final double precision;

    /** One rate that was tried. */
    public record Tried(double requestsPerSecond, double keptShare, FleetRun run) {}

    /**
     * What was found.
     *
     * @param requestsPerSecond 0 where even single requests break the limits
     * @param tried in rising order of rates
     */
    public record Found(double requestsPerSecond, List<Tried> tried) {

        public Found {
            tried = List.copyOf(tried);
        }

        /** The run at the highest rate that kept the limits, else at the lowest that was tried. */
        public FleetRun run() {
            return tried.stream()
                    .filter(each -> each.requestsPerSecond() == requestsPerSecond)
                    .findFirst()
                    .orElse(tried.getFirst())
                    .run();
        }
    }

    /** @param precision where to stop, as a share of the rate, such as 0.02 */
    public Goodput(Fleet fleet, Workload workload, ServiceLimits limits, int requests, double precision) {
        this.fleet = fleet;
        this.workload = workload;
        this.limits = limits;
        this.requests = requests;
        this.precision = precision;
    }

    public Found of(FleetSetting setting) throws InterruptedException {
        List<Tried> tried = new ArrayList<>();
        double kept = 0;
        double broken = LOWEST;
        while (broken <= HIGHEST && keeps(setting, broken, tried)) {
            kept = broken;
            broken *= 2;
        }
        while (kept > 0 && broken - kept > precision * kept) {
            double middle = Math.sqrt(kept * broken);
            if (keeps(setting, middle, tried)) {
                kept = middle;
            } else {
                broken = middle;
            }
        }
        tried.sort((one, other) -> Double.compare(one.requestsPerSecond(), other.requestsPerSecond()));
        return new Found(kept, tried);
    }

    private boolean keeps(FleetSetting setting, double requestsPerSecond, List<Tried> tried)
            throws InterruptedException {
        FleetRun run = fleet.run(
                setting,
                workload.thinned(requestsPerSecond, requests, setting.model().contextTokens())
                        .arrivals());
        tried.add(new Tried(requestsPerSecond, limits.keptBy(run), run));
        return limits.areKeptBy(run);
    }
}
