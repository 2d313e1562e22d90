package dev.molink.bench.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Lines over a logarithmic axis of counts, as SVG. */
final class LineChart {

    private static final int WIDTH = 420;
    private static final int HEIGHT = 240;
    private static final int LEFT = 56;
    private static final int RIGHT = 12;
    private static final int TOP = 14;
    private static final int BOTTOM = 44;
    private static final int GRID_LINES = 4;
    private static final List<String> COLOURS = List.of("#1f6feb", "#d1541b", "#2a8f4f", "#8250df", "#a0790a");

    private final String axis;
    private final List<Line> lines = new ArrayList<>();

    record Dot(int count, double value) {}

    private record Line(String name, List<Dot> dots) {}

    LineChart(String axis) {
        this.axis = axis;
    }

    void add(String name, List<Dot> dots) {
        lines.add(new Line(name, List.copyOf(dots)));
    }

    String svg() {
        StringBuilder svg = new StringBuilder(
                "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">".formatted(WIDTH, HEIGHT, WIDTH, HEIGHT));
        grid(svg);
        counts(svg);
        for (int i = 0; i < lines.size(); i++) {
            line(svg, lines.get(i), COLOURS.get(i % COLOURS.size()), i);
        }
        return svg.append("</svg>").toString();
    }

    private void grid(StringBuilder svg) {
        for (int i = 0; i <= GRID_LINES; i++) {
            double value = highest() * i / GRID_LINES;
            double y = y(value);
            svg.append("<line x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\" stroke=\"#e3e8ee\"/>"
                    .formatted(LEFT, WIDTH - RIGHT, coordinate(y), coordinate(y)));
            svg.append("<text x=\"%d\" y=\"%s\" text-anchor=\"end\">%s</text>"
                    .formatted(LEFT - 6, coordinate(y + 4), label(value)));
        }
    }

    private void counts(StringBuilder svg) {
        dots().map(Dot::count)
                .distinct()
                .forEach(count -> svg.append("<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%d</text>"
                        .formatted(coordinate(x(count)), HEIGHT - BOTTOM + 16, count)));
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                .formatted(WIDTH - RIGHT, HEIGHT - BOTTOM + 30, ReportPage.escaped(axis)));
    }

    private void line(StringBuilder svg, Line line, String colour, int index) {
        String points = line.dots().stream()
                .map(dot -> coordinate(x(dot.count())) + "," + coordinate(y(dot.value())))
                .reduce((one, other) -> one + " " + other)
                .orElse("");
        svg.append(
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>".formatted(colour, points));
        svg.append("<text x=\"%d\" y=\"%d\" style=\"fill:%s\">%s</text>"
                .formatted(LEFT + index * 110, HEIGHT - 6, colour, ReportPage.escaped(line.name())));
    }

    private Stream<Dot> dots() {
        return lines.stream().flatMap(line -> line.dots().stream());
    }

    private double highest() {
        return Math.max(1e-9, dots().mapToDouble(Dot::value).max().orElse(1));
    }

    private double x(int count) {
        double most = Math.log(Math.max(2, dots().mapToInt(Dot::count).max().orElse(2)));
        return LEFT + (WIDTH - LEFT - RIGHT) * Math.log(count) / most;
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / highest();
    }

    private static String coordinate(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String label(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.1f", value);
    }
}
