package dev.molink.stagenode.batching;

/**
 * Prefill steps in flight: as many as stages and at least two, and where links are measured so many that the busiest stage
 * or link always has the next piece, {@code ⌈cycle / busiest⌉ + 1}, 16 at most. The cycle of a piece is computing on all
 * stages, its wire time and the delays of all links, and the way back to the head; with fewer in flight a slow link waits
 * for the head, with more they only queue in front of it. The one more is for pieces that wait for decode steps.
 */
final class PrefillSteps {

    private static final int LEAST = 2;
    private static final int MOST = 16;

    private PrefillSteps() {}

    /** While nothing is measured, and for whole prompts. */
    static int unmeasured(Measurements measurements) {
        return Math.max(LEAST, measurements.stages().size());
    }

    static int of(Measurements measurements, int pieceTokens) {
        int least = unmeasured(measurements);
        if (!measurements.prefillMeasured() || pieceTokens == Decision.WHOLE_PROMPT) {
            return least;
        }
        double computing = 0;
        double busiest = pieceTokens * measurements.slowestRowNanos();
        for (Measurements.Stage stage : measurements.stages()) {
            double piece = Math.max(stage.decodeStepNanos(), (double) pieceTokens * stage.prefillTokenNanos());
            computing += piece;
            busiest = Math.max(busiest, piece);
        }
        double cycle = computing + measurements.allDelaysNanos() + pieceTokens * measurements.allRowNanos();
        return Math.clamp((long) Math.ceil(cycle / busiest) + 1, least, Math.max(least, MOST));
    }
}
