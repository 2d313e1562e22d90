package dev.molink.stagenode.replay;

/** The answer to an event of which a machine is only told. */
public enum Told {
    TOLD
}
