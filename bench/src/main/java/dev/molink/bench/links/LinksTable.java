package dev.molink.bench.links;

import dev.molink.bench.engine.Spread;
import dev.molink.bench.links.LinksReport.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A report as lines of text: figures of each contestant, then its ratios against the baselines. */
public final class LinksTable {

    private static final String FIGURES = "%-20s %-22s %26s %26s %26s %26s %8s %8s %6s %8s";
    private static final String RATIOS = "%-20s %-20s %10s %10s %10s %10s %10s";

    private final LinksReport report;

    public LinksTable(LinksReport report) {
        this.report = report;
    }

    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(FIGURES.formatted(
                "milliseconds",
                "batching",
                "TTFT mean/p50/p90/p99",
                "TPOT mean/p50/p90/p99",
                "ITL mean/p50/p90/p99",
                "latency mean/p50/p90/p99",
                "tokens/s",
                "goodput",
                "link",
                "margin"));
        report.results().forEach(result -> lines.add(figures(result)));
        for (String baseline : List.of("molink", "fifo")) {
            for (String kind : List.of("published", "ours")) {
                lines.addAll(ratios(baseline, kind));
            }
        }
        return lines;
    }

    private static String figures(Result result) {
        Double goodput = result.goodput();
        return FIGURES.formatted(
                result.name(),
                result.batching(),
                spread(result.ttft()),
                spread(result.tpot()),
                spread(result.itl()),
                spread(result.latency()),
                number("%.1f", result.throughput()),
                goodput == null ? "–" : number("%.3f", goodput),
                number("%.0f%%", 100 * result.linkBusy()),
                number("%.2f", result.margin().doubleValue()));
    }

    private static String spread(Spread spread) {
        return "%s/%s/%s/%s"
                .formatted(millis(spread.mean()), millis(spread.p50()), millis(spread.p90()), millis(spread.p99()));
    }

    private static String millis(double value) {
        return number(value < 100 ? "%.1f" : "%.0f", value);
    }

    /** Of ours against one baseline: everything against the published one, the same codec against the other one. */
    private List<String> ratios(String policy, String kind) {
        List<String> lines = new ArrayList<>();
        for (Result result : report.results()) {
            if (result.baseline().equals("published") || result.policy().equals(policy)) {
                continue;
            }
            baseline(policy, kind, result.codec()).ifPresent(before -> lines.add(ratios(result, before)));
        }
        if (!lines.isEmpty()) {
            lines.addFirst("");
            lines.add(
                    1, RATIOS.formatted("ratio of", "to", "TTFT mean", "TTFT p99", "TPOT mean", "TPOT p99", "goodput"));
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
                before.name(),
                ratio(after, before, each -> each.ttft().mean()),
                ratio(after, before, each -> each.ttft().p99()),
                ratio(after, before, each -> each.tpot().mean()),
                ratio(after, before, each -> each.tpot().p99()),
                goodput(after, before));
    }

    private static String ratio(Result after, Result before, ToDoubleFunction<Result> figure) {
        return number("%.2f", figure.applyAsDouble(after) / figure.applyAsDouble(before));
    }

    private static String goodput(Result after, Result before) {
        Double ours = after.goodput();
        Double theirs = before.goodput();
        if (ours == null || theirs == null) {
            return "–";
        }
        return theirs == 0 ? "%s : 0".formatted(number("%.3f", ours)) : number("%.2f", ours / theirs);
    }

    static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
