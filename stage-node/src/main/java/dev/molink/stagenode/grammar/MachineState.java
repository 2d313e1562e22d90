package dev.molink.stagenode.grammar;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A state of a {@link Machine} and the steps from it that were taken already. */
final class MachineState implements GrammarState {

    private static final @Nullable MachineState[] NO_STEPS = {};

    private final Machine machine;
    private final List<Reading> readings;
    private final boolean mayEnd;
    private final boolean ignoresSpace;

    private @Nullable MachineState[] steps = NO_STEPS;
    /** The machine's generation when {@link #steps} was made: states of an older one are let go. */
    private int generation;

    MachineState(Machine machine, List<Reading> readings, boolean mayEnd, boolean ignoresSpace) {
        this.machine = machine;
        this.readings = readings;
        this.mayEnd = mayEnd;
        this.ignoresSpace = ignoresSpace;
    }

    @Override
    public GrammarState advance(byte[] bytes) {
        MachineState state = this;
        for (byte value : bytes) {
            state = state.step(machine.classOf(value));
        }
        return state;
    }

    /** The state behind a byte of a class. */
    MachineState step(int byteClass) {
        if (readings.isEmpty()) {
            return this;
        }
        if (generation != machine.generation() || steps.length == 0) {
            steps = new MachineState[machine.classCount()];
            generation = machine.generation();
        }
        MachineState next = steps[byteClass];
        if (next == null) {
            next = machine.step(this, byteClass);
            if (generation == machine.generation()) {
                steps[byteClass] = next;
            }
        }
        return next;
    }

    /** This state, but a space that comes next is not part of the text. */
    MachineState behindSpace() {
        return machine.behindSpace(this);
    }

    boolean ignoresSpace() {
        return ignoresSpace;
    }

    Machine machine() {
        return machine;
    }

    List<Reading> readings() {
        return readings;
    }

    @Override
    public boolean isDead() {
        return readings.isEmpty();
    }

    @Override
    public boolean mayEnd() {
        return mayEnd;
    }

    @Override
    public boolean mustEnd() {
        return mayEnd && readings.size() == 1;
    }
}
