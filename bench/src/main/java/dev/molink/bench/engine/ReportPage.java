package dev.molink.bench.engine;

import dev.molink.bench.engine.EngineReport.Point;
import dev.molink.bench.engine.EngineReport.Ratio;
import dev.molink.bench.engine.EngineReport.Series;
import dev.molink.bench.page.HtmlPage;
import dev.molink.bench.page.XyChart;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A report as one HTML page with charts that needs nothing else. */
public final class ReportPage {

    private final EngineReport report;

    public ReportPage(EngineReport report) {
        this.report = report;
    }

    public String html() {
        HtmlPage page = new HtmlPage("MoLink engine benchmark").paragraph(report.model() + ", " + report.machine());
        chart(page, "Throughput, tokens/s", point -> point.outcome().tokensPerSecond());
        chart(
                page,
                "TTFT p50, ms",
                point -> 1e3 * point.outcome().timeToFirstToken().p50());
        chart(
                page,
                "TTFT p99, ms",
                point -> 1e3 * point.outcome().timeToFirstToken().p99());
        chart(
                page,
                "TPOT p50, ms",
                point -> 1e3 * point.outcome().timePerToken().p50());
        chart(
                page,
                "TPOT p99, ms",
                point -> 1e3 * point.outcome().timePerToken().p99());
        report.sweep().forEach(series -> table(page, series));
        ratios(page);
        return page.html();
    }

    private void chart(HtmlPage page, String title, ToDoubleFunction<Point> value) {
        XyChart chart = new XyChart("clients");
        for (Series series : report.sweep()) {
            chart.line(
                    series.name(),
                    series.points().stream()
                            .map(point -> new XyChart.Dot(point.outcome().clients(), value.applyAsDouble(point)))
                            .toList());
        }
        page.chart(title, chart);
    }

    private static void table(HtmlPage page, Series series) {
        page.heading(series.name())
                .table(
                        List.of("clients", "tokens/s", "TTFT p50/p90/p99 ms", "TPOT p50/p90/p99 ms", "bubble"),
                        series.points().stream().map(ReportPage::row).toList());
    }

    private static List<String> row(Point point) {
        return List.of(
                Integer.toString(point.outcome().clients()),
                number("%.0f", point.outcome().tokensPerSecond()),
                millis(point.outcome().timeToFirstToken()),
                millis(point.outcome().timePerToken()),
                bubbles(point));
    }

    /** Idle shares of the stages in per cent. */
    public static String bubbles(Point point) {
        return point.bubbleShares().stream()
                .map(share -> number("%.0f %%", 100 * share))
                .reduce((one, other) -> one + " / " + other)
                .orElse("–");
    }

    /** Percentiles of seconds in milliseconds. */
    public static String millis(Spread seconds) {
        return number("%.1f", 1e3 * seconds.p50())
                + " / "
                + number("%.1f", 1e3 * seconds.p90())
                + " / "
                + number("%.1f", 1e3 * seconds.p99());
    }

    private void ratios(HtmlPage page) {
        page.heading("Ratios")
                .table(
                        List.of("what", "before", "after", "ratio", "target"),
                        report.ratios().stream().map(ReportPage::row).toList());
    }

    private static List<String> row(Ratio ratio) {
        return List.of(
                ratio.what(),
                number("%.1f ", ratio.before()) + ratio.unit(),
                number("%.1f ", ratio.after()) + ratio.unit(),
                number("%.2f", ratio.ratio()),
                ratio.target());
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
