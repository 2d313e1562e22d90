package dev.molink.bench.links;

import static dev.molink.bench.links.LinksTable.number;

import dev.molink.bench.links.LinksReport.Result;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * Of ours with baselines.
 *
 * @param where in words, in front of each target
 * @param bounds of ours
 */
record Comparison(String where, Result ours, Bounds bounds) {

    Target meanTtft(Result baseline, double limit) {
        return atMost(
                "mean TTFT",
                baseline,
                limit,
                ours.ttft().mean(),
                baseline.ttft().mean(),
                bounds.wireTtft(),
                bounds.alone().ttft().mean());
    }

    Target meanTpot(Result baseline, double limit) {
        return atMost(
                "mean TPOT",
                baseline,
                limit,
                ours.tpot().mean(),
                baseline.tpot().mean(),
                bounds.wireTpot(),
                bounds.alone().tpot().mean());
    }

    Target slowestTpot(Result baseline, double limit) {
        return atMost(
                "p99 TPOT",
                baseline,
                limit,
                ours.tpot().p99(),
                baseline.tpot().p99(),
                bounds.wireTpot(),
                bounds.alone().tpot().p99());
    }

    private Target atMost(
            String figure, Result baseline, double limit, double after, double before, double wire, double alone) {
        return new Target(
                where + figure,
                baseline.name(),
                limit,
                true,
                OptionalDouble.of(after / before),
                Double.isNaN(wire) ? OptionalDouble.empty() : OptionalDouble.of(wire / before),
                OptionalDouble.of(alone / before),
                "%s / %s ms".formatted(number("%.1f", after), number("%.1f", before)));
    }

    /** The wire bounds it by the rate at which the rows fill a link. */
    Target goodput(Result baseline, double limit) {
        double after = Objects.requireNonNull(ours.goodput());
        double before = Objects.requireNonNull(baseline.goodput());
        return new Target(
                where + "goodput",
                baseline.name(),
                limit,
                false,
                unlimited(after, before),
                unlimited(bounds.wireRequests(), before),
                OptionalDouble.empty(),
                "%s / %s per s".formatted(number("%.3f", after), number("%.3f", before)));
    }

    Target margin(Result baseline, double limit) {
        double after = ours.margin().doubleValue();
        double before = baseline.margin().doubleValue();
        return new Target(
                where + "margin at the goodput",
                baseline.name(),
                limit,
                false,
                ratio(after, before),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                "%s / %s".formatted(number("%.2f", after), number("%.2f", before)));
    }

    /** Infinite where the baseline keeps the limits at no rate. */
    private static OptionalDouble unlimited(double after, double before) {
        return after > 0 ? OptionalDouble.of(after / before) : ratio(after, before);
    }

    private static OptionalDouble ratio(double after, double before) {
        return before > 0 ? OptionalDouble.of(after / before) : OptionalDouble.empty();
    }
}
