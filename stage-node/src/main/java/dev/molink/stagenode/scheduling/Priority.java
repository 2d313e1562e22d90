package dev.molink.stagenode.scheduling;

/** Who goes first; the gateway sets it. */
public enum Priority {
    INTERACTIVE,

    /** Runs where interactive sequences leave room, until it has waited so long that it counts as one of them. */
    BATCH
}
