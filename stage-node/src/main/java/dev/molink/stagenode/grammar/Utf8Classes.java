package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.CodePoints.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Instructions that read one code point of a set as UTF-8 (Unicode 17, table 3-7): a tree over its bytes, so that at most
 * one instruction is alive after each. Code points are cut into runs whose bytes vary independently; equal rests of two
 * runs are one instruction.
 */
final class Utf8Classes {

    private static final int[] LAST_OF_LENGTH = {0x7F, 0x7FF, 0xFFFF, Character.MAX_CODE_POINT};
    private static final int[] LEAD = {0, 0, 0xC0, 0xE0, 0xF0};
    private static final int CONTINUATION = 0x80;

    /** Byte ranges of a run, {@code first << 8 | last} each. */
    private record Run(List<Integer> bytes) {

        private Run {
            bytes = List.copyOf(bytes);
        }
    }

    private record Reading(List<Integer> ranges, List<Integer> next) {}

    private final ProgramBuilder program;
    private final int next;
    private final Map<Reading, Integer> known = new HashMap<>();

    private Utf8Classes(ProgramBuilder program, int next) {
        this.program = program;
        this.next = next;
    }

    /** Returns the first instruction; {@code codePoints} is not empty. */
    static int add(CodePoints codePoints, int next, ProgramBuilder program) {
        List<Run> runs = new ArrayList<>();
        for (Range range : CodePointSets.union(codePoints.ranges()).ranges()) {
            addRuns(range, runs);
        }
        return new Utf8Classes(program, next).read(runs, 0);
    }

    private static void addRuns(Range range, List<Run> runs) {
        int from = range.first();
        for (int length = 1; length <= 4; length++) {
            int last = Math.min(range.last(), LAST_OF_LENGTH[length - 1]);
            while (from <= last) {
                from = addRun(from, last, length, runs);
            }
        }
    }

    /** Adds the longest run from {@code from} whose bytes vary independently; returns what follows it. */
    private static int addRun(int from, int last, int length, List<Run> runs) {
        int bits = 0;
        while (bits < 6 * (length - 1) && isWhole(from, last, bits + 6)) {
            bits += 6;
        }
        int blocks = Math.min((last - from + 1) >> bits, leftInByte(from, bits, length));
        int to = from + (blocks << bits) - 1;
        int[] bytes = new int[length];
        for (int at = 0; at < length; at++) {
            int shift = 6 * (length - 1 - at);
            int marker = at == 0 ? LEAD[length] : CONTINUATION;
            int mask = at == 0 ? 0xFF : 0x3F;
            int first = marker | ((from >> shift) & mask);
            bytes[at] = (first << Program.RANGE_SHIFT) | marker | ((to >> shift) & mask);
        }
        runs.add(new Run(Arrays.stream(bytes).boxed().toList()));
        return to + 1;
    }

    private static boolean isWhole(int from, int last, int bits) {
        return (from & ((1 << bits) - 1)) == 0 && last - from >= (1 << bits) - 1;
    }

    /** How many blocks of {@code bits} follow before the byte that counts them overflows. */
    private static int leftInByte(int from, int bits, int length) {
        boolean lead = bits == 6 * (length - 1);
        return lead ? Integer.MAX_VALUE : 64 - ((from >> bits) & 0x3F);
    }

    private int read(List<Run> runs, int depth) {
        List<Integer> ranges = new ArrayList<>();
        List<Integer> targets = new ArrayList<>();
        int at = 0;
        while (at < runs.size()) {
            int range = runs.get(at).bytes.get(depth);
            int end = at + 1;
            while (end < runs.size() && runs.get(end).bytes.get(depth) == range) {
                end++;
            }
            boolean last = runs.get(at).bytes.size() == depth + 1;
            addRange(range, last ? next : read(runs.subList(at, end), depth + 1), ranges, targets);
            at = end;
        }
        return known.computeIfAbsent(
                new Reading(ranges, targets), reading -> program.addRead(ints(reading.ranges), ints(reading.next)));
    }

    /** Joins a range to the one before when both lead to one place. */
    private static void addRange(int range, int target, List<Integer> ranges, List<Integer> targets) {
        int before = ranges.size() - 1;
        boolean adjacent = before >= 0
                && targets.get(before) == target
                && (ranges.get(before) & 0xFF) + 1 == (range >> Program.RANGE_SHIFT);
        if (adjacent) {
            ranges.set(before, (ranges.get(before) & ~0xFF) | (range & 0xFF));
        } else {
            ranges.add(range);
            targets.add(target);
        }
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(Integer::intValue).toArray();
    }
}
