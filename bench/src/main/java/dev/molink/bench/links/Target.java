package dev.molink.bench.links;

import java.util.OptionalDouble;

/**
 * A figure of ours ÷ that of a baseline, and what it should be.
 *
 * @param what figure, and where
 * @param against the baseline
 * @param limit that the ratio should not pass
 * @param atMost whether it is a highest value, else a lowest one
 * @param reached empty where the baseline's figure is not above 0, which no ratio can be given to
 * @param wire what the ratio would be if a request took only its bytes ÷ the link's rate and the links' delays; empty where
 *     that bounds nothing
 * @param alone what the ratio would be if no request ever met another one; empty where that bounds nothing
 * @param figures both, as text
 */
public record Target(
        String what,
        String against,
        double limit,
        boolean atMost,
        OptionalDouble reached,
        OptionalDouble wire,
        OptionalDouble alone,
        String figures) {

    /** Nothing is said where there is no ratio. */
    String verdict() {
        if (reached.isEmpty()) {
            return "–";
        }
        double ratio = reached.getAsDouble();
        return (atMost ? ratio <= limit : ratio >= limit) ? "met" : "missed";
    }
}
