package dev.molink.stagenode.batching;

import java.util.Locale;

/**
 * Tokens of a prefill piece, 32 to 1,024 in whole blocks of 16.
 *
 * <p>With {@code f} the fixed cost of a step (a decode step: all weights are read), {@code a} the time that each further
 * token takes on the slowest stage, and {@code w} its time on the slowest link, a piece of {@code n} tokens computes for
 * {@code f + a·n} and travels for {@code w·n}. Shorter pieces fill the pipeline sooner as long as computing them takes no
 * longer than sending them, so {@code n = f / (w − a)}; but no shorter than what is computed in one and a half decode
 * steps, for decode steps wait nearly as long for a shorter one, and for more of them. Where links are faster than stages
 * ({@code w ≤ a}), or there is none, and wherever that {@code n} is longer, a piece is bounded by what it delays decode
 * steps: by 15 ms, or by two decode steps where these are longer. That bound takes the time of a token as it was measured
 * on pieces of about this length, whether {@code f} adds to it or hides behind it, as on devices that read weights while they
 * compute.
 */
final class PieceSize {

    static final int UNMEASURED = 256;

    private static final int SHORTEST = 32;
    private static final int LONGEST = 1024;
    private static final int MULTIPLE = 16;
    private static final double DECODE_DELAY_NANOS = 15e6;
    private static final int DECODE_DELAY_STEPS = 2;
    private static final double LEAST_STEPS = 1.5;
    private static final double MARGIN_SHARE = 0.25;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Steadied length = new Steadied();
    private int tokens = UNMEASURED;
    private double lastReported;
    private double perToken;
    private boolean measured;

    /** Reads the measurements; says why. */
    String update(Measurements measurements) {
        if (!measurements.prefillMeasured()) {
            return "pieces of %d tokens while nothing is measured".formatted(tokens);
        }
        double fixed = measurements.slowestDecodeNanos();
        readPerToken(measurements);
        double perRow = measurements.slowestRowNanos();
        double allowed = Math.max(DECODE_DELAY_NANOS, DECODE_DELAY_STEPS * fixed);
        double bounded = allowed / lastReported;
        double balanced = perRow > perToken ? fixed / (perRow - perToken) : Double.POSITIVE_INFINITY;
        double least = LEAST_STEPS * fixed / lastReported;
        choose(Math.min(bounded, Math.max(balanced, least)));
        return String.format(
                Locale.ROOT,
                "pieces of %d tokens: %.1f ms on the slowest stage, %.1f ms on the slowest link; %s",
                tokens,
                (fixed + tokens * perToken) / NANOS_PER_MILLI,
                tokens * perRow / NANOS_PER_MILLI,
                why(balanced, least, bounded, allowed));
    }

    private static String why(double balanced, double least, double bounded, double allowedNanos) {
        if (bounded < Math.max(balanced, least)) {
            return "decode may wait for %.0f ms".formatted(allowedNanos / NANOS_PER_MILLI);
        }
        return balanced < least ? "shorter ones would keep decode waiting as long" : "both as equal as can be";
    }

    /** A stage reports the time of whole pieces by tokens, the fixed cost in it; no news are of pieces of another size. */
    private void readPerToken(Measurements measurements) {
        double reported = measurements.slowestPrefillTokenNanos();
        if (reported != lastReported) {
            lastReported = reported;
            perToken = Math.max(1, reported - measurements.slowestDecodeNanos() / tokens);
        }
    }

    private void choose(double reading) {
        double margin = measured ? tokens * MARGIN_SHARE : 0;
        double choice = length.choose(tokens, Math.clamp(reading, SHORTEST, LONGEST), margin);
        tokens = (int) Math.round(choice / MULTIPLE) * MULTIPLE;
        measured = true;
    }

    int tokens() {
        return tokens;
    }
}
