package dev.molink.stagenode.replay;

import org.jspecify.annotations.Nullable;

/**
 * A state machine that is driven by events alone, which are written down with their answers if somebody wants that.
 * Owned by one thread, as the machine is.
 */
public final class Driven<M> {

    private final M machine;
    private final @Nullable EventLog<M> log;

    /** @param log null: nothing is written down */
    public Driven(M machine, @Nullable EventLog<M> log) {
        this.machine = machine;
        this.log = log;
    }

    /** Lets the machine answer; an event that it refuses with an exception is not written down. */
    public <A> A take(MachineEvent<M, A> event) {
        A answer = event.applyTo(machine);
        if (log != null) {
            log.add(new LogEntry<>(event, answer));
        }
        return answer;
    }

    /** The machine, for questions that change nothing in it. */
    public M machine() {
        return machine;
    }
}
