package dev.molink.bench.links;

import dev.molink.bench.fleet.Fleet;
import dev.molink.bench.fleet.FleetRun;
import dev.molink.bench.fleet.FleetSetting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The highest rate of requests at which the limits are kept: by doubling or halving from a first rate until two neighbours
 * keep and break them, and then by halving the gap between these.
 */
public final class Goodput {

    private static final double LOWEST = 0.005;
    private static final double HIGHEST = 1024;

    private final Fleet fleet;
    private final Workload workload;
    private final ServiceLimits limits;
    private final int requests;
    private final double precision;
    private final double first;

    /** One rate that was tried. */
    public record Tried(double requestsPerSecond, double keptShare) {}

    /**
     * What was found.
     *
     * @param requestsPerSecond 0 where even single requests break the limits
     * @param tried in rising order of rates
     * @param run at the highest rate that kept the limits, else at the lowest that was tried
     */
    public record Found(double requestsPerSecond, List<Tried> tried, FleetRun run) {

        public Found {
            tried = List.copyOf(tried);
        }
    }

    /**
     * @param precision where to stop, as a share of the rate, such as 0.02
     * @param first requests per second that are tried first
     */
    public Goodput(Fleet fleet, Workload workload, ServiceLimits limits, int requests, double precision, double first) {
        this.fleet = fleet;
        this.workload = workload;
        this.limits = limits;
        this.requests = requests;
        this.precision = precision;
        this.first = Math.clamp(first, LOWEST, HIGHEST);
    }

    public Found of(FleetSetting setting) throws InterruptedException {
        return new Search(setting).found();
    }

    /** For one setting. */
    private final class Search {

        private final FleetSetting setting;
        private final List<Tried> tried = new ArrayList<>();
        private FleetRun last;
        private FleetRun best;

        Search(FleetSetting setting) throws InterruptedException {
            this.setting = setting;
            this.last = run(first);
            this.best = last;
        }

        Found found() throws InterruptedException {
            double kept = limits.areKeptBy(last) ? highestByDoubling() : highestByHalving();
            double broken = 2 * kept;
            while (kept > 0 && broken <= HIGHEST && broken - kept > precision * kept) {
                double middle = Math.sqrt(kept * broken);
                if (keeps(middle)) {
                    kept = middle;
                } else {
                    broken = middle;
                }
            }
            tried.sort(Comparator.comparingDouble(Tried::requestsPerSecond));
            return new Found(kept, tried, kept > 0 ? best : last);
        }

        private double highestByDoubling() throws InterruptedException {
            double kept = first;
            while (2 * kept <= HIGHEST && keeps(2 * kept)) {
                kept *= 2;
            }
            return kept;
        }

        private double highestByHalving() throws InterruptedException {
            double rate = first / 2;
            while (rate >= LOWEST && !keeps(rate)) {
                rate /= 2;
            }
            return rate >= LOWEST ? rate : 0;
        }

        private boolean keeps(double requestsPerSecond) throws InterruptedException {
            last = run(requestsPerSecond);
            if (limits.areKeptBy(last)) {
                best = last;
                return true;
            }
            return false;
        }

        private FleetRun run(double requestsPerSecond) throws InterruptedException {
            FleetRun run = fleet.run(
                    setting,
                    workload.thinned(
                                    requestsPerSecond, requests, setting.model().contextTokens())
                            .arrivals());
            tried.add(new Tried(requestsPerSecond, limits.keptBy(run)));
            return run;
        }
    }
}
