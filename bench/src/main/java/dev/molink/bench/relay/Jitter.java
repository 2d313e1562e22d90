package dev.molink.bench.relay;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How the delay of a link varies. Each piece of a stream draws for itself; as TCP delivers in order, a late piece holds up
 * those behind it.
 *
 * @param extent of a uniform jitter: the most that is added or taken; of a normal one: its standard deviation
 * @param seed of what is drawn
 */
public record Jitter(Spread spread, Duration extent, long seed) {

    /** No jitter. */
    public static final Jitter NONE = new Jitter(Spread.UNIFORM, Duration.ZERO, 0);

    /** Beyond this many standard deviations nothing is drawn. */
    private static final int MOST_DEVIATIONS = 3;

    /** What is drawn from. */
    public enum Spread {
        UNIFORM,
        NORMAL
    }

    public Jitter {
        if (extent.isNegative()) {
            throw new IllegalArgumentException("a jitter of %s is less than none".formatted(extent));
        }
    }

    /** Nanoseconds to add to the delay; may be negative. */
    long draw(RandomGenerator random) {
        if (extent.isZero()) {
            return 0;
        }
        double deviations = switch (spread) {
            case UNIFORM -> random.nextDouble(-1, 1);
            case NORMAL -> Math.clamp(random.nextGaussian(), -MOST_DEVIATIONS, MOST_DEVIATIONS);
        };
        return Math.round(deviations * extent.toNanos());
    }

    /** The most that {@link #draw} returns. */
    long mostNanos() {
        return extent.toNanos() * (spread == Spread.NORMAL ? MOST_DEVIATIONS : 1);
    }
}
