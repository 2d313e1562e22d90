package dev.molink.stagenode.grammar;

/**
 * One way to read the text so far.
 *
 * @param instruction the one that comes next
 */
record Reading(int instruction, Frame frame) {

    @Override
    public int hashCode() {
        return instruction * 0x85EBCA6B ^ frame.hashCode();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Reading(int otherInstruction, Frame otherFrame)
                && instruction == otherInstruction
                && frame.equals(otherFrame);
    }
}
