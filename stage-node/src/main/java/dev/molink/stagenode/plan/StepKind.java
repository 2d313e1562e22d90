package dev.molink.stagenode.plan;

/** What a step does; decode steps go before prefill pieces at every stage. */
public enum StepKind {
    PREFILL,
    DECODE,
    VERIFY
}
