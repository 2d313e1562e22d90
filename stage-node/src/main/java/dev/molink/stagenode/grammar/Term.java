package dev.molink.stagenode.grammar;

import java.util.ArrayList;
import java.util.List;

/** A part of a definition with what the compiler found out about it. Belongs to {@link Terms}. */
final class Term {

    /** {@link #need} of a language without any text. */
    static final int IMPOSSIBLE = Integer.MAX_VALUE;

    private final Language language;
    private final List<Term> children = new ArrayList<>();
    private final List<Term> users = new ArrayList<>();

    /** Rules within rules that the least nested of its texts opens. */
    private int need = IMPOSSIBLE;

    private boolean nullable;

    Term(Language language) {
        this.language = language;
    }

    void addChild(Term child) {
        children.add(child);
        child.users.add(this);
    }

    Language language() {
        return language;
    }

    /** The parts in the order of the record's components; of a member key and value; last of all the separator. */
    List<Term> children() {
        return children;
    }

    Term child(int index) {
        return children.get(index);
    }

    List<Term> users() {
        return users;
    }

    int need() {
        return need;
    }

    boolean isPossible() {
        return need != IMPOSSIBLE;
    }

    /** Whether the empty text belongs to the language. */
    boolean isNullable() {
        return nullable;
    }

    /** Returns whether anything changed. Needs only fall and emptiness only spreads, so that looking for both ends. */
    boolean learn(int newNeed, boolean newNullable) {
        boolean changed = newNeed < need || (newNullable && !nullable);
        need = Math.min(need, newNeed);
        nullable |= newNullable;
        return changed;
    }
}
