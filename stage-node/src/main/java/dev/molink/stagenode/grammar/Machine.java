package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.Frame.Kind;
import dev.molink.stagenode.grammar.Program.Loop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A deterministic automaton that is built as it is used. A state is the set of readings of the text so far; a state and its
 * steps are remembered until they take more memory than allowed, then all are forgotten and found anew. Belongs to one
 * thread at a time.
 */
final class Machine {

    private static final int STATE_BYTES = 120;
    private static final int READING_BYTES = 64;
    private static final int STEP_BYTES = 4;

    private final Program program;
    private final Closure closure;
    private final long maxBytes;

    private final Map<Set<Reading>, MachineState> states = new HashMap<>();
    private final MachineState dead;
    private long bytes;
    private int generation;

    Machine(Program program, GrammarLimits limits, long maxBytes) {
        this.program = program;
        this.closure = new Closure(program, limits);
        this.maxBytes = maxBytes;
        this.dead = new MachineState(this, List.of(), false, false);
    }

    MachineState start() {
        closure.add(program.start(), Frame.OUTERMOST);
        return state(closure.run());
    }

    MachineState dead() {
        return dead;
    }

    int classCount() {
        return program.classCount();
    }

    int classOf(byte value) {
        return program.classOf(value);
    }

    /** Counts how often everything that was remembered has been forgotten. */
    int generation() {
        return generation;
    }

    /** Readings followed since the machine was made: its work, whatever the computer's speed. */
    long steps() {
        return closure.steps();
    }

    /** As {@code state}, but a space that comes next is not part of the text. */
    MachineState behindSpace(MachineState state) {
        return new MachineState(this, state.readings(), state.mayEnd(), true);
    }

    /** The state behind a byte of class {@code byteClass}. */
    MachineState step(MachineState from, int byteClass) {
        if (from.ignoresSpace() && byteClass == program.classOf((byte) ' ')) {
            return state(Set.copyOf(from.readings()));
        }
        int value = program.representative(byteClass);
        for (Reading reading : from.readings()) {
            int next = Closure.accepts(program, reading) ? -1 : program.read(reading.instruction(), value);
            if (next >= 0) {
                closure.add(next, reading.frame());
            }
        }
        return state(closure.run());
    }

    /**
     * A state that allows the same texts of at most {@code length} bytes as {@code state}: counts that stay between two
     * bounds, whatever such a text holds, are told apart no more. An iteration reads at least one byte.
     */
    @SuppressWarnings("ReferenceEquality") // a frame that did not change is the same one
    MachineState within(MachineState state, int length) {
        Set<Reading> readings = new HashSet<>();
        boolean changed = false;
        for (Reading reading : state.readings()) {
            Frame frame = normal(reading.frame(), length);
            changed |= frame != reading.frame();
            readings.add(new Reading(reading.instruction(), frame));
        }
        return changed && !state.ignoresSpace() ? state(readings) : state;
    }

    private Frame normal(Frame frame, int length) {
        if (frame.isOutermost()) {
            return frame;
        }
        Frame same = frame.within(normal(frame.around(), length));
        if (frame.kind() != Kind.LOOP) {
            return same;
        }
        int count = normalCount(program.loop(frame.index()), frame.count(), length);
        return count == frame.count() ? same : same.withCount(count);
    }

    private static int normalCount(Loop loop, int count, int length) {
        long reach = (long) count + length;
        if (reach < loop.min()) {
            return 0;
        }
        return count >= loop.min() && (reach < loop.max() || loop.isUnbounded()) ? loop.min() : count;
    }

    private MachineState state(Set<Reading> readings) {
        if (readings.isEmpty()) {
            return dead;
        }
        MachineState known = states.get(readings);
        if (known != null) {
            return known;
        }
        boolean mayEnd = readings.stream().anyMatch(reading -> Closure.accepts(program, reading));
        MachineState state = new MachineState(this, List.copyOf(readings), mayEnd, false);
        account(state);
        states.put(readings, state);
        return state;
    }

    private void account(MachineState state) {
        long size = STATE_BYTES + (long) STEP_BYTES * program.classCount();
        for (Reading reading : state.readings()) {
            size += READING_BYTES + reading.frame().bytes();
        }
        bytes += size;
        if (bytes > maxBytes) {
            states.clear();
            generation++;
            bytes = size;
        }
    }
}
