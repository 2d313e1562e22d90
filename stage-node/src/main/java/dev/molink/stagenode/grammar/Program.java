package dev.molink.stagenode.grammar;

import java.util.Arrays;
import java.util.List;

/**
 * What the automaton runs: instructions that name each other by index. {@link ProgramBuilder} makes it.
 */
final class Program {

    private final Operation[] operations;

    private final int[] first;
    private final int[] second;
    /** Operands of varying number. */
    private final int[] pool;

    private final int start;
    private final int[] ruleEntries;
    private final List<Loop> loops;
    private final List<MemberPlan> memberPlans;
    /** The class of each byte value; bytes of one class are never told apart. */
    private final byte[] classes;

    private final int classCount;
    /** A byte of each class. */
    private final int[] representatives;

    /** A class number fits a signed byte's bits; 256 values have at most 256 classes. */
    static final int BYTE_VALUES = 256;

    /** The last byte of each entry's range stands in the low 8 bits, the first above. */
    static final int RANGE_SHIFT = 8;

    /** What an instruction does; its operands are in brackets. */
    enum Operation {
        /** Reads a byte. [pool offset of: count, then range and next instruction for each, rising and disjoint] */
        READ,
        /** Goes on at several places. [pool offset of: count, then instructions] */
        FORK,
        /** Goes on only where that many rules may still be opened. [need, next] */
        GUARD,
        /** Opens a rule. [rule, next] */
        CALL,
        /** Closes a rule. */
        RETURN,
        /** Begins counting. [loop] */
        LOOP_ENTER,
        /** Counts. [loop] */
        LOOP_NEXT,
        /** Begins an object's members. [plan] */
        MEMBERS_ENTER,
        /** Behind a member. [plan, index of the member; that of the others is their number] */
        MEMBER_END,
        /** Behind a separator. [plan] */
        SEPARATOR_END,
        /** The text is complete. */
        ACCEPT
    }

    /**
     * A counted repetition.
     *
     * @param max {@link Integer#MAX_VALUE} for no bound
     * @param nullable whether an iteration may read nothing; then {@code min} is 0
     * @param need what an iteration needs of rules within rules
     */
    record Loop(int min, int max, boolean nullable, int need, int body, int exit) {

        boolean isUnbounded() {
            return max == Integer.MAX_VALUE;
        }
    }

    /**
     * Members of an object.
     *
     * @param entries of each member; last, if there are others, theirs
     * @param named members with a name of their own
     * @param most {@link Integer#MAX_VALUE} for no bound
     */
    record MemberPlan(
            List<MemberEntry> entries,
            int named,
            int requiredCount,
            int least,
            int most,
            int separator,
            int separatorNeed,
            int exit) {

        MemberPlan {
            entries = List.copyOf(entries);
        }

        /** Members of either kind. */
        int size() {
            return entries.size();
        }
    }

    /**
     * A member.
     *
     * @param instruction the first one
     * @param need what it needs of rules within rules; {@link Term#IMPOSSIBLE} for one that cannot come
     */
    record MemberEntry(int instruction, int need, boolean required) {}

    Program(
            Operation[] operations,
            int[] first,
            int[] second,
            int[] pool,
            int start,
            int[] ruleEntries,
            List<Loop> loops,
            List<MemberPlan> memberPlans,
            byte[] classes) {
        this.operations = operations;
        this.first = first;
        this.second = second;
        this.pool = pool;
        this.start = start;
        this.ruleEntries = ruleEntries;
        this.loops = List.copyOf(loops);
        this.memberPlans = List.copyOf(memberPlans);
        this.classes = classes;
        this.classCount = (classes[BYTE_VALUES - 1] & 0xFF) + 1;
        this.representatives = representatives(classes, classCount);
    }

    int start() {
        return start;
    }

    int firstOperand(int instruction) {
        return first[instruction];
    }

    int secondOperand(int instruction) {
        return second[instruction];
    }

    /** How many operands stand in the pool at {@code offset}. */
    int pooledCount(int offset) {
        return pool[offset];
    }

    int pooled(int offset, int index) {
        return pool[offset + 1 + index];
    }

    int ruleEntry(int rule) {
        return ruleEntries[rule];
    }

    Loop loop(int index) {
        return loops.get(index);
    }

    MemberPlan memberPlan(int index) {
        return memberPlans.get(index);
    }

    int classCount() {
        return classCount;
    }

    int representative(int byteClass) {
        return representatives[byteClass];
    }

    Operation operation(int instruction) {
        return operations[instruction];
    }

    int size() {
        return operations.length;
    }

    long memoryBytes() {
        return 12L * operations.length + 4L * pool.length;
    }

    int classOf(byte value) {
        return classes[Byte.toUnsignedInt(value)] & 0xFF;
    }

    /** The instruction behind {@link Operation#READ} for a byte, or -1 when it does not read that one. */
    int read(int instruction, int value) {
        int at = first[instruction];
        int end = at + 1 + 2 * pool[at];
        for (int entry = at + 1; entry < end; entry += 2) {
            int range = pool[entry];
            if (value <= (range & 0xFF)) {
                return value >= (range >> RANGE_SHIFT) ? pool[entry + 1] : -1;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return "Program[%d instructions, %d rules, %d loops, %d objects, %d byte classes]"
                .formatted(size(), ruleEntries.length, loops.size(), memberPlans.size(), classCount);
    }

    /** Cuts the bytes where an entry of some {@link Operation#READ} begins or ends. */
    static byte[] classes(boolean[] beginsClass) {
        byte[] classes = new byte[BYTE_VALUES];
        int current = 0;
        for (int value = 1; value < BYTE_VALUES; value++) {
            if (beginsClass[value]) {
                current++;
            }
            classes[value] = (byte) current;
        }
        return classes;
    }

    private static int[] representatives(byte[] classes, int classCount) {
        int[] representatives = new int[classCount];
        Arrays.fill(representatives, -1);
        for (int value = 0; value < BYTE_VALUES; value++) {
            int each = classes[value] & 0xFF;
            if (representatives[each] < 0) {
                representatives[each] = value;
            }
        }
        return representatives;
    }
}
