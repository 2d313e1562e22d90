package dev.molink.bench.links;

import static dev.molink.bench.links.LinksTable.number;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Targets as lines of text. */
public final class TargetsTable {

    static final List<String> HEADS =
            List.of("ratio", "against", "target", "reached", "", "bound: wire", "alone", "ours / baseline");

    private static final String COLUMNS = "%-54s %-20s %7s %8s %-7s %11s %7s  %s";

    private TargetsTable() {}

    public static List<String> lines(List<Target> targets) {
        List<String> lines = new ArrayList<>();
        lines.add(COLUMNS.formatted(HEADS.toArray()));
        cells(targets).forEach(cells -> lines.add(COLUMNS.formatted(cells.toArray())));
        return lines;
    }

    static List<List<String>> cells(List<Target> targets) {
        return targets.stream().map(TargetsTable::cells).toList();
    }

    private static List<String> cells(Target target) {
        return List.of(
                target.what(),
                target.against(),
                (target.atMost() ? "≤ " : "≥ ") + number("%.2f", target.limit()),
                ratio(target.reached()),
                target.verdict(),
                ratio(target.wire()),
                ratio(target.alone()),
                target.figures());
    }

    private static String ratio(OptionalDouble value) {
        if (value.isEmpty()) {
            return "–";
        }
        return Double.isInfinite(value.getAsDouble()) ? "∞" : number("%.2f", value.getAsDouble());
    }
}
