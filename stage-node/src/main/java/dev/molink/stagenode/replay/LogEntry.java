package dev.molink.stagenode.replay;

/** An event and what the machine answered; an answer of nothing is {@link #NOTHING}. */
public record LogEntry<M>(MachineEvent<M, ?> event, Object answer) {

    public static final Object NOTHING = "nothing";
}
