package dev.molink.bench.links;

import dev.molink.bench.engine.Spread;
import dev.molink.bench.links.LinksReport.Result;
import java.util.ArrayList;
import java.util.List;

/** The same contestants on the virtual and on the real clock, side by side. */
public final class ClockComparison {

    private static final String COLUMNS = "%-20s %-10s %12s %12s %8s %12s %12s %8s";

    private ClockComparison() {}

    /** @param virtual and {@code real} in the same order */
    public static List<String> lines(List<Result> virtual, List<Result> real) {
        List<String> lines = new ArrayList<>();
        lines.add(COLUMNS.formatted("milliseconds", "", "mean virtual", "real", "off", "p99 virtual", "real", "off"));
        for (int i = 0; i < virtual.size(); i++) {
            Result one = virtual.get(i);
            Result other = real.get(i);
            lines.add(line(one.name(), "TTFT", one.ttft(), other.ttft()));
            lines.add(line(one.name(), "TPOT", one.tpot(), other.tpot()));
            lines.add(line(one.name(), "latency", one.latency(), other.latency()));
        }
        return lines;
    }

    private static String line(String name, String figure, Spread virtual, Spread real) {
        return COLUMNS.formatted(
                name,
                figure,
                LinksTable.number("%.1f", virtual.mean()),
                LinksTable.number("%.1f", real.mean()),
                off(virtual.mean(), real.mean()),
                LinksTable.number("%.1f", virtual.p99()),
                LinksTable.number("%.1f", real.p99()),
                off(virtual.p99(), real.p99()));
    }

    private static String off(double virtual, double real) {
        return LinksTable.number("%+.1f%%", 100 * (virtual / real - 1));
    }
}
