package dev.molink.stagenode.grammar;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a reading has to come back to: an open rule, a repetition being counted, or an object whose members come. Immutable,
 * linked to the frame around it; equal when the whole chains are.
 */
final class Frame {

    private static final long[] NOTHING = {};

    /** The outermost frame, around the start of the grammar. */
    static final Frame OUTERMOST = new Frame(Kind.OUTERMOST, 0, 0, NOTHING, 0, false, null);

    /** A rough size for accounts: header, fields and a map's share. */
    private static final int BYTES = 80;

    enum Kind {
        OUTERMOST,
        RULE,
        LOOP,
        MEMBERS
    }

    private final Kind kind;
    /** The instruction to return to, the loop or the member plan. */
    private final int index;
    /** Iterations or members that are complete. */
    private final int count;
    /** Bits of the named members that came. */
    private final long[] members;
    /** How many of them are required: follows from {@link #members}. */
    private final int required;
    /** Whether the iteration that is open has read nothing yet; kept only where it may stay empty. */
    private final boolean fresh;

    private final boolean anyFresh;
    private final @Nullable Frame around;
    private final int openRules;
    private final int depth;
    private final int hash;

    private Frame(
            Kind kind, int index, int count, long[] members, int required, boolean fresh, @Nullable Frame around) {
        this.kind = kind;
        this.index = index;
        this.count = count;
        this.members = members;
        this.required = required;
        this.fresh = fresh;
        this.around = around;
        this.anyFresh = fresh || (around != null && around.anyFresh);
        this.openRules = (around == null ? 0 : around.openRules) + (kind == Kind.RULE ? 1 : 0);
        this.depth = around == null ? 0 : around.depth + 1;
        int own = 31 * (31 * index + count) + Arrays.hashCode(members) + (fresh ? 7 : 0);
        this.hash = own * 0x9E3779B1 + (around == null ? 0 : around.hash * 31);
    }

    static Frame rule(int returnTo, Frame around) {
        return new Frame(Kind.RULE, returnTo, 0, NOTHING, 0, false, around);
    }

    static Frame loop(int loop, int count, boolean fresh, Frame around) {
        return new Frame(Kind.LOOP, loop, count, NOTHING, 0, fresh, around);
    }

    static Frame members(int plan, int named, Frame around) {
        return new Frame(Kind.MEMBERS, plan, 0, new long[(named + 63) / 64], 0, false, around);
    }

    /** This frame of members with one more; {@code member} beyond the named ones is counted only. */
    Frame withMember(int member, int named, boolean isRequired) {
        long[] more = members;
        if (member < named) {
            more = members.clone();
            more[member / 64] |= 1L << (member % 64);
        }
        return new Frame(kind, index, count + 1, more, required + (isRequired ? 1 : 0), false, around());
    }

    Frame withCount(int newCount) {
        return new Frame(kind, index, newCount, members, required, fresh, around());
    }

    @SuppressWarnings("ReferenceEquality") // spares a copy where nothing changed
    Frame within(Frame newAround) {
        return newAround == around ? this : new Frame(kind, index, count, members, required, fresh, newAround);
    }

    /** This frame after a byte was read: no iteration is empty any more. */
    Frame settled() {
        return anyFresh ? new Frame(kind, index, count, members, required, false, around().settled()) : this;
    }

    Kind kind() {
        return kind;
    }

    int index() {
        return index;
    }

    int count() {
        return count;
    }

    boolean isFresh() {
        return fresh;
    }

    /** Rules open here, this frame included. */
    int openRules() {
        return openRules;
    }

    /** Frames around this one. */
    int depth() {
        return depth;
    }

    boolean hasMember(int member) {
        return (members[member / 64] & (1L << (member % 64))) != 0;
    }

    /** How many of the required members came. */
    int required() {
        return required;
    }

    /** The frame around this one, which is not the outermost. */
    Frame around() {
        if (around == null) {
            throw new IllegalStateException("the outermost frame has none around it");
        }
        return around;
    }

    boolean isOutermost() {
        return around == null;
    }

    int bytes() {
        return BYTES + Long.BYTES * members.length;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // two chains usually share their outer frames
    public boolean equals(Object other) {
        Frame left = this;
        Frame right = other instanceof Frame frame ? frame : null;
        while (left != right) {
            if (left == null || right == null || !left.sameButAround(right)) {
                return false;
            }
            left = left.around;
            right = right.around;
        }
        return true;
    }

    private boolean sameButAround(Frame other) {
        return hash == other.hash
                && kind == other.kind
                && index == other.index
                && count == other.count
                && fresh == other.fresh
                && Arrays.equals(members, other.members);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
