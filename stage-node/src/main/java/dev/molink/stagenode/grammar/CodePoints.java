package dev.molink.stagenode.grammar;

import java.util.List;

/**
 * A set of Unicode code points, surrogates excluded.
 *
 * @param ranges in rising order, neither overlapping nor adjacent
 */
public record CodePoints(List<Range> ranges) {

    /** Code points {@code first … last}. */
    public record Range(int first, int last) {

        public Range {
            if (first < 0 || last > Character.MAX_CODE_POINT || last < first) {
                throw new IllegalArgumentException("code points %d to %d are no range".formatted(first, last));
            }
        }
    }

    public CodePoints {
        ranges = List.copyOf(ranges);
    }
}
