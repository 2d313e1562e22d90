package dev.molink.stagenode.replay;

/** Where the entries of one state machine go, in order. Called by the machine's owner only; must not wait. */
@FunctionalInterface
public interface EventLog<M> {

    void add(LogEntry<M> entry);
}
