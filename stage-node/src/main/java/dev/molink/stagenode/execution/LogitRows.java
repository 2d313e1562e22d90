package dev.molink.stagenode.execution;

/** Which rows of a step the last stage computes logits for. */
public enum LogitRows {
    /** The last row of every sequence that the plan samples. */
    SAMPLED,
    /** Every row of the plan. */
    ALL
}
