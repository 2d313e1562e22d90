package dev.molink.stagenode.link;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Half-open ranges of numbers, start → end; they neither overlap nor touch. */
final class LongRanges {

    private final TreeMap<Long, Long> ranges = new TreeMap<>();
    private long total;

    void add(long start, long end) {
        long first = start;
        long last = end;
        Map.Entry<Long, Long> neighbour = ranges.floorEntry(last);
        while (neighbour != null && neighbour.getValue() >= first) {
            first = Math.min(first, neighbour.getKey());
            last = Math.max(last, neighbour.getValue());
            total -= neighbour.getValue() - neighbour.getKey();
            ranges.remove(neighbour.getKey());
            neighbour = ranges.floorEntry(last);
        }
        ranges.put(first, last);
        total += last - first;
    }

    /** Whether all of {@code [start, end)} is in. */
    boolean contains(long start, long end) {
        Map.Entry<Long, Long> range = ranges.floorEntry(start);
        return range != null && range.getValue() >= end;
    }

    /** Numbers in all ranges. */
    long total() {
        return total;
    }

    int count() {
        return ranges.size();
    }

    /** The ranges, rising. */
    NavigableMap<Long, Long> asMap() {
        return ranges;
    }
}
