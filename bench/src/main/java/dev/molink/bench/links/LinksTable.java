package dev.molink.bench.links;

import dev.molink.bench.engine.Spread;
import dev.molink.bench.links.LinksReport.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** A report as lines of text of at most 160 columns: times, what is served, and ratios of ours to the baselines. */
public final class LinksTable {

    private static final String NAMES = "%-22s %-21s";
    private static final String TIMES = NAMES + "%7s%7s%7s%7s".repeat(4);
    private static final String SERVED = NAMES + " %10s %18s %10s %18s";
    private static final String RATIOS = "%-22s %-8s %-22s %-21s" + " %10s".repeat(6);

    private final LinksReport report;

    public LinksTable(LinksReport report) {
        this.report = report;
    }

    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add((NAMES + "%28s".repeat(4)).formatted("milliseconds", "", "TTFT", "TPOT", "ITL", "latency"));
        lines.add(TIMES.formatted(Stream.concat(
                        Stream.of("", "batching"),
                        Stream.generate(() -> Stream.of("mean", "p50", "p90", "p99"))
                                .limit(4)
                                .flatMap(each -> each))
                .toArray()));
        report.results().forEach(result -> lines.add(times(result)));
        lines.add("");
        lines.add(SERVED.formatted("", "batching", "tokens/s", "goodput, requests/s", "link busy", "margin"));
        report.results().forEach(result -> lines.add(served(result)));
        lines.addAll(ratios());
        return lines;
    }

    private static String times(Result result) {
        return TIMES.formatted(Stream.concat(
                        Stream.of(result.name(), result.batching()),
                        Stream.of(result.ttft(), result.tpot(), result.itl(), result.latency())
                                .flatMap(LinksTable::cells))
                .toArray());
    }

    private static Stream<String> cells(Spread spread) {
        return Stream.of(spread.mean(), spread.p50(), spread.p90(), spread.p99())
                .map(value -> number(value < 1000 ? "%.1f" : "%.0f", value));
    }

    private static String served(Result result) {
        Double goodput = result.goodput();
        return SERVED.formatted(
                result.name(),
                result.batching(),
                number("%.1f", result.throughput()),
                goodput == null ? "–" : number("%.3f", goodput),
                number("%.0f %%", 100 * result.linkBusy()),
                number("%.2f", result.margin().doubleValue()));
    }

    /** Of the fair policy: against the published systems, and against the others with the same codec. */
    private List<String> ratios() {
        List<String> lines = new ArrayList<>();
        for (Result after : report.results()) {
            if (!after.policy().equals("fair")) {
                continue;
            }
            for (String policy : List.of("molink", "fifo")) {
                for (String kind : List.of("published", "ours")) {
                    baseline(policy, kind, after.codec()).ifPresent(before -> lines.add(ratios(after, before)));
                }
            }
        }
        if (!lines.isEmpty()) {
            lines.addFirst(RATIOS.formatted(
                    "ratio of", "", "to", "", "TTFT mean", "TTFT p99", "TPOT mean", "TPOT p99", "goodput", "margin"));
            lines.addFirst("");
        }
        return lines;
    }

    private Optional<Result> baseline(String policy, String kind, String codec) {
        return report.results().stream()
                .filter(each -> each.policy().equals(policy) && each.baseline().equals(kind))
                .filter(each -> kind.equals("published") || each.codec().equals(codec))
                .findFirst();
    }

    private static String ratios(Result after, Result before) {
        return RATIOS.formatted(
                after.name(),
                after.batching(),
                before.name(),
                before.batching(),
                ratio(after, before, each -> each.ttft().mean()),
                ratio(after, before, each -> each.ttft().p99()),
                ratio(after, before, each -> each.tpot().mean()),
                ratio(after, before, each -> each.tpot().p99()),
                goodput(after, before),
                ratio(after, before, each -> each.margin().doubleValue()));
    }

    /** None to what is not above 0, as a margin may be. */
    private static String ratio(Result after, Result before, ToDoubleFunction<Result> figure) {
        double divisor = figure.applyAsDouble(before);
        return divisor > 0 ? number("%.2f", figure.applyAsDouble(after) / divisor) : "–";
    }

    private static String goodput(Result after, Result before) {
        Double ours = after.goodput();
        Double theirs = before.goodput();
        return ours == null || theirs == null || theirs == 0 ? "–" : number("%.2f", ours / theirs);
    }

    static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
