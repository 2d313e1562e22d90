package dev.molink.bench.engine;

import dev.molink.bench.engine.EngineReport.Point;
import dev.molink.bench.engine.EngineReport.Ratio;
import dev.molink.bench.engine.EngineReport.Series;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A report as one HTML page with charts that needs nothing else. */
public final class ReportPage {

    private static final String STYLE = """
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; color: #1c2430; }
            table { border-collapse: collapse; margin: 1rem 0; }
            th, td { padding: .3rem .8rem; border-bottom: 1px solid #d8dee6; text-align: right; }
            th:first-child, td:first-child { text-align: left; }
            figure { display: inline-block; margin: 1rem 1.5rem 1rem 0; }
            figcaption { font-weight: 600; }
            svg text { font: 11px system-ui, sans-serif; fill: #4a5666; }
            """;

    private final EngineReport report;

    public ReportPage(EngineReport report) {
        this.report = report;
    }

    public String html() {
        StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\n")
                .append("<title>MoLink engine benchmark</title>\n<style>\n")
                .append(STYLE)
                .append("</style></head>\n<body>\n<h1>MoLink engine benchmark</h1>\n<p>")
                .append(escaped(report.model() + ", " + report.machine()))
                .append("</p>\n");
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
        return page.append("</body>\n</html>\n").toString();
    }

    private void chart(StringBuilder page, String title, ToDoubleFunction<Point> value) {
        LineChart chart = new LineChart("clients");
        for (Series series : report.sweep()) {
            chart.add(
                    series.name(),
                    series.points().stream()
                            .map(point -> new LineChart.Dot(point.outcome().clients(), value.applyAsDouble(point)))
                            .toList());
        }
        page.append("<figure><figcaption>")
                .append(escaped(title))
                .append("</figcaption>")
                .append(chart.svg())
                .append("</figure>\n");
    }

    private static void table(StringBuilder page, Series series) {
        page.append("<h2>").append(escaped(series.name())).append("</h2>\n<table>\n");
        row(page, "th", List.of("clients", "tokens/s", "TTFT p50/p90/p99 ms", "TPOT p50/p90/p99 ms", "bubble"));
        for (Point point : series.points()) {
            row(
                    page,
                    "td",
                    List.of(
                            Integer.toString(point.outcome().clients()),
                            number("%.0f", point.outcome().tokensPerSecond()),
                            millis(point.outcome().timeToFirstToken()),
                            millis(point.outcome().timePerToken()),
                            bubbles(point)));
        }
        page.append("</table>\n");
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

    private void ratios(StringBuilder page) {
        page.append("<h2>Ratios</h2>\n<table>\n");
        row(page, "th", List.of("what", "before", "after", "ratio", "target"));
        for (Ratio ratio : report.ratios()) {
            row(
                    page,
                    "td",
                    List.of(
                            ratio.what(),
                            number("%.1f ", ratio.before()) + ratio.unit(),
                            number("%.1f ", ratio.after()) + ratio.unit(),
                            number("%.2f", ratio.ratio()),
                            ratio.target()));
        }
        page.append("</table>\n");
    }

    private static void row(StringBuilder page, String cell, List<String> texts) {
        page.append("<tr>");
        for (String text : texts) {
            page.append('<')
                    .append(cell)
                    .append('>')
                    .append(escaped(text))
                    .append("</")
                    .append(cell)
                    .append('>');
        }
        page.append("</tr>\n");
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
