package dev.molink.bench.engine;

import java.util.List;

/**
 * What {@code bench engine} found out.
 *
 * @param machine processor count and Java version
 * @param sweep throughput and latencies against the number of clients
 * @param ratios what is compared, as ratios within the run
 */
public record EngineReport(String machine, String model, List<Series> sweep, List<Ratio> ratios) {

    public EngineReport {
        sweep = List.copyOf(sweep);
        ratios = List.copyOf(ratios);
    }

    /**
     * One deployment under rising load.
     *
     * @param name such as {@code 2 stages}
     */
    public record Series(String name, List<Point> points) {

        public Series {
            points = List.copyOf(points);
        }
    }

    /** @param bubbleShares of each stage, idle time ÷ time, towards the end of the run */
    public record Point(ClosedLoop.Outcome outcome, List<Double> bubbleShares) {

        public Point {
            bubbleShares = List.copyOf(bubbleShares);
        }
    }

    /**
     * One figure and its target.
     *
     * @param unit of {@code before} and {@code after}
     * @param ratio what the target is about
     * @param target such as {@code ≥ 4}
     */
    public record Ratio(String what, double before, double after, String unit, double ratio, String target) {}
}
