package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
import dev.molink.stagenode.grammar.Program.Loop;
import dev.molink.stagenode.grammar.Program.MemberEntry;
import dev.molink.stagenode.grammar.Program.MemberPlan;
import dev.molink.stagenode.grammar.Program.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows readings through all instructions that read nothing, up to those that read a byte or accept. Works on a list of
 * its own, so that no nesting reaches the thread's stack, and ends because a reading is followed once, no rule begins
 * with itself and an iteration that read nothing is not counted.
 */
final class Closure {

    /** Chains of frames are rebuilt by recursion. */
    private static final int MAX_DEPTH = 2_000;

    private final Program program;
    private final GrammarLimits limits;
    private final ArrayDeque<Reading> waiting = new ArrayDeque<>();
    private final Set<Reading> seen = new HashSet<>();
    private final List<Reading> found = new ArrayList<>();
    private long steps;

    Closure(Program program, GrammarLimits limits) {
        this.program = program;
        this.limits = limits;
    }

    /** Adds a reading to start from. */
    void add(int instruction, Frame frame) {
        Reading reading = new Reading(instruction, frame);
        if (!seen.add(reading)) {
            return;
        }
        if (seen.size() > limits.alternatives()) {
            throw tooLarge("the text can be read in more than %d ways at once", limits.alternatives());
        }
        if (frame.depth() > MAX_DEPTH) {
            throw tooLarge("more than %d rules, repetitions and objects are open within each other", MAX_DEPTH);
        }
        waiting.push(reading);
    }

    private GrammarException tooLarge(String problem, int allowed) {
        reset();
        return new GrammarException(Reason.TOO_LARGE, (problem + "; that many are allowed").formatted(allowed));
    }

    /** The readings that wait for a byte or are complete, and forgets what was added. */
    Set<Reading> run() {
        while (!waiting.isEmpty()) {
            follow(waiting.pop());
        }
        Set<Reading> readings = distinct();
        reset();
        return readings;
    }

    /** How many readings were followed since the beginning. */
    long steps() {
        return steps;
    }

    private void reset() {
        steps += seen.size();
        waiting.clear();
        seen.clear();
        found.clear();
    }

    private void follow(Reading reading) {
        int instruction = reading.instruction();
        Frame frame = reading.frame();
        int operand = program.firstOperand(instruction);
        switch (program.operation(instruction)) {
            case READ, ACCEPT -> found.add(reading);
            case FORK -> fork(operand, frame);
            case GUARD -> {
                if (affords(operand, frame)) {
                    add(program.secondOperand(instruction), frame);
                }
            }
            case CALL -> add(program.ruleEntry(operand), Frame.rule(program.secondOperand(instruction), frame));
            case RETURN -> add(frame.index(), frame.around());
            case LOOP_ENTER -> iterate(operand, 0, frame);
            case LOOP_NEXT -> countIteration(operand, frame);
            case MEMBERS_ENTER -> {
                MemberPlan plan = program.memberPlan(operand);
                Frame opened = Frame.members(operand, plan.named(), frame);
                leave(plan, opened);
                pick(plan, opened);
            }
            case MEMBER_END -> endMember(program.memberPlan(operand), program.secondOperand(instruction), frame);
            case SEPARATOR_END -> pick(program.memberPlan(operand), frame);
        }
    }

    private void fork(int offset, Frame frame) {
        for (int target = 0; target < program.pooledCount(offset); target++) {
            add(program.pooled(offset, target), frame);
        }
    }

    private boolean affords(int need, Frame frame) {
        return need <= limits.recursion() - frame.openRules();
    }

    private void countIteration(int loop, Frame frame) {
        if (!frame.isFresh()) {
            Loop counted = program.loop(loop);
            int complete = frame.count() + 1;
            iterate(loop, counted.isUnbounded() ? Math.min(complete, counted.min()) : complete, frame.around());
        }
    }

    /** Begins another iteration or leaves the loop. */
    private void iterate(int index, int complete, Frame around) {
        Loop loop = program.loop(index);
        if (complete < loop.max() && affords(loop.need(), around)) {
            add(loop.body(), Frame.loop(index, complete, loop.nullable(), around));
        }
        if (complete >= loop.min()) {
            add(loop.exit(), around);
        }
    }

    private void endMember(MemberPlan plan, int member, Frame frame) {
        Frame more = frame.withMember(
                member, plan.named(), plan.entries().get(member).required());
        leave(plan, more);
        if (affords(plan.separatorNeed(), more) && canPick(plan, more)) {
            add(plan.separator(), more);
        }
    }

    private void leave(MemberPlan plan, Frame frame) {
        if (frame.count() >= plan.least() && missing(plan, frame) == 0) {
            add(plan.exit(), frame.around());
        }
    }

    private void pick(MemberPlan plan, Frame frame) {
        for (int member = 0; member < plan.size(); member++) {
            if (canPick(plan, member, frame)) {
                add(plan.entries().get(member).instruction(), frame);
            }
        }
    }

    private boolean canPick(MemberPlan plan, Frame frame) {
        for (int member = 0; member < plan.size(); member++) {
            if (canPick(plan, member, frame)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code member} may come now and leaves room for the required ones. */
    private boolean canPick(MemberPlan plan, int member, Frame frame) {
        MemberEntry entry = plan.entries().get(member);
        boolean came = member < plan.named() && frame.hasMember(member);
        int room = plan.most() - frame.count();
        int needed = missing(plan, frame) + (entry.required() ? 0 : 1);
        return !came && affords(entry.need(), frame) && room >= needed;
    }

    private static int missing(MemberPlan plan, Frame frame) {
        return plan.requiredCount() - frame.required();
    }

    /**
     * Of readings that differ only in how often loops ran, which could all be left already, keeps those that ran least:
     * they can do whatever the others can.
     */
    private Set<Reading> distinct() {
        if (found.size() == 1) {
            Reading only = found.getFirst();
            return Set.of(new Reading(only.instruction(), only.frame().settled()));
        }
        Map<Reading, List<Frame>> byShape = new HashMap<>();
        for (Reading reading : found) {
            Frame frame = reading.frame().settled();
            List<Frame> alike =
                    byShape.computeIfAbsent(new Reading(reading.instruction(), shape(frame)), _ -> new ArrayList<>(1));
            if (alike.stream().noneMatch(each -> ranLess(each, frame))) {
                alike.removeIf(each -> ranLess(frame, each));
                alike.add(frame);
            }
        }
        Set<Reading> readings = new HashSet<>();
        byShape.forEach(
                (shape, frames) -> frames.forEach(frame -> readings.add(new Reading(shape.instruction(), frame))));
        return readings;
    }

    /** The frame without the counts of loops that could be left. */
    private Frame shape(Frame frame) {
        if (frame.isOutermost()) {
            return frame;
        }
        Frame same = frame.within(shape(frame.around()));
        if (frame.kind() != Frame.Kind.LOOP) {
            return same;
        }
        int min = program.loop(frame.index()).min();
        return frame.count() > min ? same.withCount(min) : same;
    }

    /** Whether no loop of {@code left} ran oftener than that of {@code right}, which has the same shape. */
    private static boolean ranLess(Frame left, Frame right) {
        Frame one = left;
        Frame other = right;
        while (!one.isOutermost()) {
            if (one.count() > other.count()) {
                return false;
            }
            one = one.around();
            other = other.around();
        }
        return true;
    }

    static boolean accepts(Program program, Reading reading) {
        return program.operation(reading.instruction()) == Operation.ACCEPT;
    }
}
