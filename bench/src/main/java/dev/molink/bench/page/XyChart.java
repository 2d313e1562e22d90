package dev.molink.bench.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Lines over a logarithmic axis, as SVG. */
public final class XyChart {

    private static final int WIDTH = 460;
    private static final int HEIGHT = 260;
    private static final int LEFT = 56;
    private static final int RIGHT = 12;
    private static final int TOP = 14;
    private static final int BOTTOM = 40;
    private static final int GRID_LINES = 4;
    private static final int LEGEND_LINE = 16;
    private static final int LEGEND_COLUMNS = 3;
    private static final int LEGEND_WIDTH = (WIDTH - LEFT) / LEGEND_COLUMNS;
    private static final List<String> COLOURS = List.of(
            "#1f6feb", "#d1541b", "#2a8f4f", "#8250df", "#a0790a", "#c2255c", "#0b7285", "#5c6773", "#e67700",
            "#364fc7", "#087f5b", "#e64980", "#343a40");

    private final String axis;
    private final List<Line> lines = new ArrayList<>();

    /** A place on a line; {@code x} is above 0. */
    public record Dot(double x, double y) {}

    private record Line(String name, List<Dot> dots) {}

    /** @param axis what {@code x} is, with its unit */
    public XyChart(String axis) {
        this.axis = axis;
    }

    public XyChart line(String name, List<Dot> dots) {
        lines.add(new Line(name, List.copyOf(dots)));
        return this;
    }

    String svg() {
        int height = HEIGHT + LEGEND_LINE * Math.ceilDiv(lines.size(), LEGEND_COLUMNS);
        StringBuilder svg = new StringBuilder(
                "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">".formatted(WIDTH, height, WIDTH, height));
        grid(svg);
        ticks(svg);
        for (int i = 0; i < lines.size(); i++) {
            line(svg, lines.get(i), COLOURS.get(i % COLOURS.size()));
            legend(svg, lines.get(i).name(), COLOURS.get(i % COLOURS.size()), i);
        }
        return svg.append("</svg>").toString();
    }

    private void grid(StringBuilder svg) {
        for (int i = 0; i <= GRID_LINES; i++) {
            double value = highest() * i / GRID_LINES;
            svg.append("<line x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\" stroke=\"#e3e8ee\"/>"
                    .formatted(LEFT, WIDTH - RIGHT, number(y(value)), number(y(value))));
            svg.append("<text x=\"%d\" y=\"%s\" text-anchor=\"end\">%s</text>"
                    .formatted(LEFT - 6, number(y(value) + 4), label(value)));
        }
    }

    /** At 1, 2 and 5 times each power of ten, as many as fit. */
    private void ticks(StringBuilder svg) {
        double taken = Double.NEGATIVE_INFINITY;
        for (double decade = Math.pow(10, Math.floor(Math.log10(least()))); decade <= most(); decade *= 10) {
            for (int step : new int[] {1, 2, 5}) {
                double value = decade * step;
                if (value < least() * 0.999 || value > most() * 1.001 || x(value) - taken < 34) {
                    continue;
                }
                taken = x(value);
                svg.append("<text x=\"%s\" y=\"%d\" text-anchor=\"middle\">%s</text>"
                        .formatted(number(taken), HEIGHT - BOTTOM + 16, label(value)));
            }
        }
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                .formatted(WIDTH - RIGHT, HEIGHT - BOTTOM + 30, HtmlPage.escaped(axis)));
    }

    private void line(StringBuilder svg, Line line, String colour) {
        String points = line.dots().stream()
                .map(dot -> number(x(dot.x())) + "," + number(y(dot.y())))
                .reduce((one, other) -> one + " " + other)
                .orElse("");
        svg.append(
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>".formatted(colour, points));
    }

    private static void legend(StringBuilder svg, String name, String colour, int index) {
        svg.append("<text x=\"%d\" y=\"%d\" style=\"fill:%s\">%s</text>"
                .formatted(
                        LEFT + index % LEGEND_COLUMNS * LEGEND_WIDTH,
                        HEIGHT + 6 + index / LEGEND_COLUMNS * LEGEND_LINE,
                        colour,
                        HtmlPage.escaped(name)));
    }

    private Stream<Dot> dots() {
        return lines.stream().flatMap(line -> line.dots().stream());
    }

    private double least() {
        return dots().mapToDouble(Dot::x).min().orElse(1);
    }

    private double most() {
        return Math.max(least() * 2, dots().mapToDouble(Dot::x).max().orElse(2));
    }

    private double highest() {
        return Math.max(1e-9, dots().mapToDouble(Dot::y).max().orElse(1));
    }

    private double x(double value) {
        return LEFT + (WIDTH - LEFT - RIGHT) * Math.log(value / least()) / Math.log(most() / least());
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / highest();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String label(double value) {
        return value == Math.rint(value) && value < 1e6
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.2g", value);
    }
}
