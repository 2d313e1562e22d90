package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.CodePoints.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Union, complement and intersection of {@link CodePoints}. */
public final class CodePointSets {

    private static final int FIRST_SURROGATE = Character.MIN_SURROGATE;
    private static final int LAST_SURROGATE = Character.MAX_SURROGATE;

    /** Every code point but the surrogates. */
    public static final CodePoints ALL = new CodePoints(
            List.of(new Range(0, FIRST_SURROGATE - 1), new Range(LAST_SURROGATE + 1, Character.MAX_CODE_POINT)));

    private CodePointSets() {}

    public static CodePoints of(int codePoint) {
        return union(List.of(new Range(codePoint, codePoint)));
    }

    public static CodePoints range(int first, int last) {
        return union(List.of(new Range(first, last)));
    }

    /** The code points of {@code characters}, each on its own. */
    public static CodePoints anyOf(String characters) {
        return union(
                characters.codePoints().mapToObj(each -> new Range(each, each)).toList());
    }

    public static CodePoints union(CodePoints left, CodePoints right) {
        List<Range> ranges = new ArrayList<>(left.ranges());
        ranges.addAll(right.ranges());
        return union(ranges);
    }

    /** Those of {@code ranges}, in any order and overlapping; surrogates left out. */
    public static CodePoints union(List<Range> ranges) {
        List<Range> sorted = new ArrayList<>();
        for (Range range : ranges) {
            addWithoutSurrogates(range, sorted);
        }
        sorted.sort(Comparator.comparingInt(Range::first));
        List<Range> merged = new ArrayList<>();
        for (Range range : sorted) {
            int before = merged.size() - 1;
            if (before >= 0 && merged.get(before).last() >= range.first() - 1) {
                Range previous = merged.get(before);
                merged.set(before, new Range(previous.first(), Math.max(previous.last(), range.last())));
            } else {
                merged.add(range);
            }
        }
        return new CodePoints(merged);
    }

    private static void addWithoutSurrogates(Range range, List<Range> target) {
        if (range.first() < FIRST_SURROGATE) {
            target.add(new Range(range.first(), Math.min(range.last(), FIRST_SURROGATE - 1)));
        }
        if (range.last() > LAST_SURROGATE) {
            target.add(new Range(Math.max(range.first(), LAST_SURROGATE + 1), range.last()));
        }
    }

    public static CodePoints complement(CodePoints codePoints) {
        List<Range> gaps = new ArrayList<>();
        int from = 0;
        for (Range range : codePoints.ranges()) {
            if (range.first() > from) {
                gaps.add(new Range(from, range.first() - 1));
            }
            from = range.last() + 1;
        }
        if (from <= Character.MAX_CODE_POINT) {
            gaps.add(new Range(from, Character.MAX_CODE_POINT));
        }
        return union(gaps);
    }

    public static CodePoints intersection(CodePoints left, CodePoints right) {
        List<Range> both = new ArrayList<>();
        int at = 0;
        for (Range range : left.ranges()) {
            while (at < right.ranges().size() && right.ranges().get(at).last() < range.first()) {
                at++;
            }
            for (int i = at; i < right.ranges().size() && right.ranges().get(i).first() <= range.last(); i++) {
                Range other = right.ranges().get(i);
                both.add(new Range(Math.max(range.first(), other.first()), Math.min(range.last(), other.last())));
            }
        }
        return union(both);
    }

    public static CodePoints minus(CodePoints from, CodePoints without) {
        return intersection(from, complement(without));
    }
}
