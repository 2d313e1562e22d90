package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.CodePoints.Range;
import dev.molink.stagenode.grammar.Language.OneOf;
import dev.molink.stagenode.grammar.Language.Sequence;
import dev.molink.stagenode.grammar.Language.Text;
import java.util.ArrayList;
import java.util.List;

/** The {@code \}{@code uXXXX} escapes of code points, digits in either case, astral ones as a pair of surrogates. */
final class HexRanges {

    private static final int DIGITS = 4;
    /** Numbers that share their first digit. */
    private static final int MAX_BLOCK = 16 * 16 * 16;

    private static final int FIRST_ASTRAL = 0x10000;
    private static final int FIRST_HIGH = 0xD800;
    private static final int FIRST_LOW = 0xDC00;
    private static final int HALF = 0x400;
    private static final Text ESCAPE = new Text("\\u");

    private final List<Language> alternatives = new ArrayList<>();

    private HexRanges() {}

    /** One alternative for each run of escapes whose digits vary independently. */
    static List<Language> escapes(CodePoints codePoints) {
        HexRanges ranges = new HexRanges();
        for (Range range : codePoints.ranges()) {
            ranges.addPlain(range.first(), Math.min(range.last(), FIRST_HIGH - 1));
            ranges.addPlain(Math.max(range.first(), FIRST_LOW + HALF), Math.min(range.last(), FIRST_ASTRAL - 1));
            ranges.addAstral(Math.max(range.first(), FIRST_ASTRAL) - FIRST_ASTRAL, range.last() - FIRST_ASTRAL);
        }
        return ranges.alternatives;
    }

    private void addPlain(int first, int last) {
        if (first <= last) {
            split(first, last).forEach(unit -> alternatives.add(new Sequence(List.of(ESCAPE, unit))));
        }
    }

    /** @param first, last within the 20 bits that a pair of surrogates carries */
    private void addAstral(int first, int last) {
        int from = first;
        while (from <= last) {
            int high = from / HALF;
            boolean whole = from % HALF == 0 && last - from >= HALF - 1;
            int lastHigh = whole ? (last + 1) / HALF - 1 : high;
            int lastLow = whole ? HALF - 1 : Math.min(last, high * HALF + HALF - 1) % HALF;
            addPairs(high, lastHigh, from % HALF, lastLow);
            from = lastHigh * HALF + lastLow + 1;
        }
    }

    private void addPairs(int firstHigh, int lastHigh, int firstLow, int lastLow) {
        for (Language high : split(FIRST_HIGH + firstHigh, FIRST_HIGH + lastHigh)) {
            for (Language low : split(FIRST_LOW + firstLow, FIRST_LOW + lastLow)) {
                alternatives.add(new Sequence(List.of(ESCAPE, high, ESCAPE, low)));
            }
        }
    }

    /** Four digits each: {@code first} to {@code last}, cut where the digits behind a digit would not vary fully. */
    private static List<Language> split(int first, int last) {
        List<Language> parts = new ArrayList<>();
        int from = first;
        while (from <= last) {
            int block = 1;
            while (from % (block * 16) == 0 && from + block * 16 - 1 <= last && block < MAX_BLOCK) {
                block *= 16;
            }
            int digit = from / block % 16;
            int blocks = Math.min(16 - digit, (last - from + 1) / block);
            parts.add(digits(from, from + block * blocks - 1));
            from += block * blocks;
        }
        return parts;
    }

    /** Numbers whose digits run from those of {@code first} to those of {@code last}, each on its own. */
    private static Language digits(int first, int last) {
        List<Language> digits = new ArrayList<>();
        for (int shift = 4 * (DIGITS - 1); shift >= 0; shift -= 4) {
            digits.add(digit((first >> shift) & 15, (last >> shift) & 15));
        }
        return new Sequence(digits);
    }

    private static Language digit(int first, int last) {
        List<Range> ranges = new ArrayList<>();
        if (first < 10) {
            ranges.add(new Range('0' + first, '0' + Math.min(last, 9)));
        }
        if (last >= 10) {
            int letter = Math.max(first, 10) - 10;
            ranges.add(new Range('A' + letter, 'A' + last - 10));
            ranges.add(new Range('a' + letter, 'a' + last - 10));
        }
        return new OneOf(new CodePoints(ranges));
    }
}
