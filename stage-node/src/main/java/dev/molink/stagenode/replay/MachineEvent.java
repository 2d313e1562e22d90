package dev.molink.stagenode.replay;

/**
 * Something that a state machine is told or asked, with all that it needs for the answer.
 *
 * @param <M> the state machine
 * @param <A> what it answers; {@link Told} where it is only told
 */
public interface MachineEvent<M, A> {

    A applyTo(M machine);
}
