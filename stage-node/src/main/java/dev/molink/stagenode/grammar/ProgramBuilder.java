package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
import dev.molink.stagenode.grammar.Program.Loop;
import dev.molink.stagenode.grammar.Program.MemberPlan;
import dev.molink.stagenode.grammar.Program.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects the instructions of a program. */
final class ProgramBuilder {

    private final int maxInstructions;

    private Operation[] operations = new Operation[256];
    private int[] first = new int[256];
    private int[] second = new int[256];
    private int instructions;

    private int[] pool = new int[1024];
    private int pooled;

    private final boolean[] beginsClass = new boolean[Program.BYTE_VALUES + 1];
    private final List<@Nullable Loop> loops = new ArrayList<>();
    private final List<@Nullable MemberPlan> memberPlans = new ArrayList<>();

    ProgramBuilder(int maxInstructions) {
        this.maxInstructions = maxInstructions;
        // a space may have to be told from everything else though no instruction does
        beginsClass[' '] = true;
        beginsClass[' ' + 1] = true;
    }

    int add(Operation operation, int firstOperand, int secondOperand) {
        if (instructions == maxInstructions) {
            throw new GrammarException(
                    Reason.TOO_LARGE,
                    "the automaton takes more than %d instructions; that many are allowed".formatted(maxInstructions));
        }
        if (instructions == operations.length) {
            operations = Arrays.copyOf(operations, 2 * instructions);
            first = Arrays.copyOf(first, 2 * instructions);
            second = Arrays.copyOf(second, 2 * instructions);
        }
        operations[instructions] = operation;
        first[instructions] = firstOperand;
        second[instructions] = secondOperand;
        return instructions++;
    }

    /** Reads one byte, {@code low} to {@code high}. */
    int addRead(int low, int high, int next) {
        return addRead(new int[] {(low << Program.RANGE_SHIFT) | high}, new int[] {next});
    }

    /** @param ranges rising, disjoint; {@code first << 8 | last} */
    int addRead(int[] ranges, int[] next) {
        int offset = reserve(1 + 2 * ranges.length);
        pool[offset] = ranges.length;
        for (int at = 0; at < ranges.length; at++) {
            pool[offset + 1 + 2 * at] = ranges[at];
            pool[offset + 2 + 2 * at] = next[at];
            beginsClass[ranges[at] >> Program.RANGE_SHIFT] = true;
            beginsClass[(ranges[at] & 0xFF) + 1] = true;
        }
        return add(Operation.READ, offset, 0);
    }

    int addFork(int[] targets) {
        int fork = add(Operation.FORK, 0, 0);
        setFork(fork, targets);
        return fork;
    }

    /** Gives targets to a fork that had to exist before them. */
    void setFork(int fork, int[] targets) {
        int offset = reserve(1 + targets.length);
        pool[offset] = targets.length;
        System.arraycopy(targets, 0, pool, offset + 1, targets.length);
        first[fork] = offset;
    }

    /** An index for a loop that its body has to know. */
    int reserveLoop() {
        loops.add(null);
        return loops.size() - 1;
    }

    void setLoop(int index, Loop loop) {
        loops.set(index, loop);
    }

    int reserveMembers() {
        memberPlans.add(null);
        return memberPlans.size() - 1;
    }

    void setMembers(int index, MemberPlan plan) {
        memberPlans.set(index, plan);
    }

    Program build(int start, int[] ruleEntries) {
        return new Program(
                Arrays.copyOf(operations, instructions),
                Arrays.copyOf(first, instructions),
                Arrays.copyOf(second, instructions),
                Arrays.copyOf(pool, pooled),
                start,
                ruleEntries,
                loops.stream().map(Objects::requireNonNull).toList(),
                memberPlans.stream().map(Objects::requireNonNull).toList(),
                Program.classes(beginsClass));
    }

    private int reserve(int integers) {
        int offset = pooled;
        pooled += integers;
        if (pooled > pool.length) {
            pool = Arrays.copyOf(pool, Math.max(2 * pool.length, pooled));
        }
        return offset;
    }
}
