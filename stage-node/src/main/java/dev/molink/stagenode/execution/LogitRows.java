package dev.molink.stagenode.execution;

/** Which rows of a step the last stage computes logits for. */
public enum LogitRows {
    /**
     * The rows that the plan samples, and of sequences that want log-probabilities of their prompt every row of a prefill
     * piece that has a prompt token behind it.
     */
    SAMPLED,
    /** Every row of the plan. */
    ALL
}
