package dev.molink.stagenode.replay;

/** An event and what the machine answered. */
public record LogEntry<M>(MachineEvent<M, ?> event, Object answer) {}
