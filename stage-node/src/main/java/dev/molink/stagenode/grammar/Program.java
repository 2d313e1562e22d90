package dev.molink.stagenode.grammar;

import java.util.Arrays;

/**
 * What the automaton runs: instructions that name each other by index. {@link ProgramBuilder} makes it.
 *
 * @param operations {@link Operation} ordinals
 * @param first first operands
 * @param second second operands
 * @param pool operands of varying number
 * @param classes the class of each byte value; bytes of one class are never told apart
 * @param classCount classes are {@code 0 … classCount - 1}
 * @param representatives a byte of each class
 */
record Program(
        byte[] operations,
        int[] first,
        int[] second,
        int[] pool,
        int start,
        int[] ruleEntries,
        Loop[] loops,
        MemberPlan[] memberPlans,
        byte[] classes,
        int classCount,
        int[] representatives) {

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
        ACCEPT;

        private static final Operation[] ALL = values();
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
     * @param entries first instruction of each member; last, if there are others, theirs
     * @param needs by member, as {@code entries}
     * @param named members with a name of their own
     * @param required bits of those that must come
     * @param most {@link Integer#MAX_VALUE} for no bound
     */
    record MemberPlan(
            int[] entries,
            int[] needs,
            int named,
            long[] required,
            int requiredCount,
            int least,
            int most,
            int separator,
            int separatorNeed,
            int exit) {}

    Operation operation(int instruction) {
        return Operation.ALL[operations[instruction]];
    }

    int size() {
        return operations.length;
    }

    long memoryBytes() {
        return 9L * operations.length + 4L * pool.length;
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
                return value >= range >> RANGE_SHIFT ? pool[entry + 1] : -1;
            }
        }
        return -1;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "Program[%d instructions, %d rules, %d loops, %d objects, %d byte classes]"
                .formatted(size(), ruleEntries.length, loops.length, memberPlans.length, classCount);
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

    static int[] representatives(byte[] classes, int classCount) {
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
