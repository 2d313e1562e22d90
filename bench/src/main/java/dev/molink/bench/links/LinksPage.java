package dev.molink.bench.links;

import static dev.molink.bench.links.LinksTable.number;

import dev.molink.bench.engine.Spread;
import dev.molink.bench.links.LinksExperiment.Step;
import dev.molink.bench.links.LinksReport.Result;
import dev.molink.bench.page.HtmlPage;
import dev.molink.bench.page.XyChart;
import dev.molink.bench.page.XyChart.Dot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An experiment as one HTML page with charts that needs nothing else. */
public final class LinksPage {

    private static final List<String> HEADS = List.of(
            "milliseconds",
            "batching",
            "TTFT mean",
            "p50",
            "p99",
            "TPOT mean",
            "p50",
            "p99",
            "latency mean",
            "tokens/s",
            "goodput, 1/s",
            "link busy",
            "margin");

    private static final int DOTS = 100;

    /** Shortest time that a logarithmic axis shows, milliseconds. */
    private static final double SHORTEST = 0.1;

    private final HtmlPage page = new HtmlPage("MoLink: transmit policies, codecs and batching on slow links");

    /** Adds what is aimed at and what was reached. */
    public LinksPage targets(List<Target> targets) {
        page.heading("Targets: ours as delivered ÷ the baseline")
                .table(TargetsTable.HEADS, TargetsTable.cells(targets));
        return this;
    }

    /** @param title empty where the page has one part only */
    public LinksPage part(String title, LinksOutcome outcome) {
        if (!title.isEmpty()) {
            page.heading(title);
        }
        page.paragraph(outcome.report().setting().entrySet().stream()
                        .map(each -> each.getKey() + " " + each.getValue())
                        .collect(Collectors.joining(", ")))
                .table(
                        HEADS,
                        outcome.report().results().stream().map(LinksPage::row).toList());
        List<Measured> measured = outcome.measured();
        page.chart("Share of requests with TTFT up to", shares(measured, "TTFT, ms", Latencies::ttft));
        page.chart("Share of requests with TPOT up to", shares(measured, "TPOT, ms", Latencies::tpot));
        page.chart("Share of gaps between tokens up to", shares(measured, "ITL, ms", Latencies::itl));
        sweep(measured);
        gains(outcome.gains());
        return this;
    }

    public String html() {
        return page.html();
    }

    private static List<String> row(Result result) {
        Double goodput = result.goodput();
        List<String> cells = new ArrayList<>(List.of(result.name(), result.batching()));
        cells.addAll(times(result.ttft()));
        cells.addAll(times(result.tpot()));
        cells.add(number("%.0f", result.latency().mean()));
        cells.add(number("%.1f", result.throughput()));
        cells.add(goodput == null ? "–" : number("%.3f", goodput));
        cells.add(number("%.0f %%", 100 * result.linkBusy()));
        cells.add(number("%.2f", result.margin().doubleValue()));
        return cells;
    }

    private static List<String> times(Spread spread) {
        return List.of(number("%.1f", spread.mean()), number("%.1f", spread.p50()), number("%.1f", spread.p99()));
    }

    private static XyChart shares(List<Measured> measured, String axis, Function<Latencies, List<Double>> figure) {
        XyChart chart = new XyChart(axis);
        for (Measured each : measured) {
            List<Double> sorted =
                    figure.apply(each.latencies()).stream().sorted().toList();
            chart.line(each.label(), shares(sorted));
        }
        return chart;
    }

    private static List<Dot> shares(List<Double> sorted) {
        List<Dot> dots = new ArrayList<>();
        for (int i = 1; i <= DOTS && !sorted.isEmpty(); i++) {
            double value = sorted.get(Math.ceilDiv(i * sorted.size(), DOTS) - 1);
            dots.add(new Dot(Math.max(SHORTEST, value), (double) i / DOTS));
        }
        return dots;
    }

    private void sweep(List<Measured> measured) {
        XyChart chart = new XyChart("requests per second");
        measured.forEach(each -> each.goodput()
                .ifPresent(found -> chart.line(
                        each.label(),
                        found.tried().stream()
                                .sorted(Comparator.comparingDouble(Goodput.Tried::requestsPerSecond))
                                .map(tried -> new Dot(tried.requestsPerSecond(), tried.keptShare()))
                                .toList())));
        if (measured.stream().anyMatch(each -> each.goodput().isPresent())) {
            page.chart("Share of requests that keep the limits", chart);
        }
    }

    private void gains(List<Step> gains) {
        if (gains.isEmpty()) {
            return;
        }
        page.heading("Where the gain comes from")
                .table(
                        List.of("one change after another", "TTFT mean, ms", "TPOT mean, ms", "TPOT p99, ms"),
                        gains.stream()
                                .map(step -> List.of(
                                        step.change(),
                                        number("%.0f", step.ttftMean()),
                                        number("%.1f", step.tpotMean()),
                                        number("%.1f", step.tpotP99())))
                                .toList());
    }
}
