package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.CodePoints;
import dev.molink.stagenode.grammar.CodePoints.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Arithmetic on sets of code points. */
final class CodePointSets {

    /** Every code point that a text can hold. */
    static final CodePoints ALL =
            new CodePoints(List.of(new Range(0, 0xD7FF), new Range(0xE000, Character.MAX_CODE_POINT)));

    static final CodePoints DIGITS = range('0', '9');

    private CodePointSets() {}

    static CodePoints range(int first, int last) {
        return new CodePoints(List.of(new Range(first, last)));
    }

    static CodePoints single(int codePoint) {
        return range(codePoint, codePoint);
    }

    /** The union of ranges in any order. */
    static CodePoints union(List<Range> ranges) {
        List<Range> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingInt(Range::first));
        List<Range> merged = new ArrayList<>();
        for (Range range : sorted) {
            Range before = merged.isEmpty() ? null : merged.getLast();
            if (before != null && range.first() <= before.last() + 1) {
                merged.set(merged.size() - 1, new Range(before.first(), Math.max(before.last(), range.last())));
            } else {
                merged.add(range);
            }
        }
        return new CodePoints(merged);
    }

    static CodePoints intersection(CodePoints left, CodePoints right) {
        List<Range> shared = new ArrayList<>();
        for (Range a : left.ranges()) {
            for (Range b : right.ranges()) {
                int first = Math.max(a.first(), b.first());
                int last = Math.min(a.last(), b.last());
                if (first <= last) {
                    shared.add(new Range(first, last));
                }
            }
        }
        return union(shared);
    }

    /** What is left of all code points without {@code taken}, which are {@code {first, last}}, rising and disjoint. */
    static List<Range> gaps(List<int[]> taken) {
        List<Range> gaps = new ArrayList<>();
        int next = 0;
        for (int[] range : taken) {
            addGap(gaps, next, range[0] - 1);
            next = range[1] + 1;
        }
        addGap(gaps, next, Character.MAX_CODE_POINT);
        return gaps;
    }

    private static void addGap(List<Range> gaps, int first, int last) {
        for (Range whole : ALL.ranges()) {
            int from = Math.max(first, whole.first());
            int to = Math.min(last, whole.last());
            if (from <= to) {
                gaps.add(new Range(from, to));
            }
        }
    }
}
