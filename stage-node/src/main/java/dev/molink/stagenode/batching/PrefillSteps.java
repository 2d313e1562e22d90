package dev.molink.stagenode.batching;

/**
 * Prefill steps in flight: two for each stage, one that it computes and one that its link sends; with fewer a stage waits
 * where the wire takes as long as computing. Where a round takes longer, so many that the busiest stage or link always has
 * the next piece, {@code ⌈cycle / busiest⌉ + 1}, 16 at most: the cycle of a piece is computing on all stages, its wire time
 * and the delays of all links, and the way back to the head, and the one more is for pieces that wait for decode steps.
 * Still more would only queue in front of the busiest. Of whole prompts, as many as stages, at least two.
 */
final class PrefillSteps {

    private static final int PER_STAGE = 2;
    private static final int LEAST_WHOLE = 2;
    private static final int MOST = 16;

    private PrefillSteps() {}

    static int ofWholePrompts(Measurements measurements) {
        return Math.max(LEAST_WHOLE, measurements.stages().size());
    }

    static int of(Measurements measurements, int pieceTokens) {
        if (pieceTokens == Decision.WHOLE_PROMPT) {
            return ofWholePrompts(measurements);
        }
        int least = PER_STAGE * measurements.stages().size();
        return measurements.prefillMeasured()
                ? Math.clamp(toFill(measurements, pieceTokens), least, Math.max(least, MOST))
                : least;
    }

    private static long toFill(Measurements measurements, int pieceTokens) {
        long computing = 0;
        double busiest = pieceTokens * measurements.slowestRowNanos();
        for (Measurements.Stage stage : measurements.stages()) {
            long piece = Math.max(stage.decodeStepNanos(), pieceTokens * stage.prefillTokenNanos());
            computing += piece;
            busiest = Math.max(busiest, (double) piece);
        }
        double cycle = (double) (computing + measurements.allDelaysNanos()) + pieceTokens * measurements.allRowNanos();
        return (long) Math.ceil(cycle / busiest) + 1;
    }
}
