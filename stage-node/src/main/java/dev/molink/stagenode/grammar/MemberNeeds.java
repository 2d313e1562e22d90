package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.Language.Members;
import dev.molink.stagenode.grammar.Language.Repeat;
import java.util.Arrays;

/** Which nesting of rules the members of an object need. */
final class MemberNeeds {

    private final Members members;
    private final Term term;

    /** @param term that of {@code members} */
    MemberNeeds(Members members, Term term) {
        this.members = members;
        this.term = term;
    }

    /** That of the member at {@code index}. */
    int ofMember(int index) {
        return Math.max(term.child(2 * index).need(), term.child(2 * index + 1).need());
    }

    /** That of members without a name of their own; impossible where there are none. */
    int ofOther() {
        return members.other().isPresent() ? ofMember(members.members().size()) : Term.IMPOSSIBLE;
    }

    int ofSeparator() {
        return term.children().getLast().need();
    }

    boolean mayBeNone() {
        return members.least() == 0 && required() == 0;
    }

    int required() {
        return (int)
                members.members().stream().filter(Language.Member::required).count();
    }

    /** The least that all required members and as many others as are due can do with. */
    int ofAll() {
        int required = required();
        int due = Math.max(required, members.least());
        if (members.most() != Repeat.UNBOUNDED && due > members.most()) {
            return Term.IMPOSSIBLE;
        }
        int need = due > 1 ? ofSeparator() : 0;
        for (int at = 0; at < members.members().size(); at++) {
            if (members.members().get(at).required()) {
                need = Math.max(need, ofMember(at));
            }
        }
        return Math.max(need, ofFurther(due - required));
    }

    private int ofFurther(int further) {
        if (further == 0) {
            return 0;
        }
        int[] needs = new int[members.members().size()];
        int optional = 0;
        for (int at = 0; at < needs.length; at++) {
            if (!members.members().get(at).required()) {
                needs[optional++] = ofMember(at);
            }
        }
        Arrays.sort(needs, 0, optional);
        int named = further <= optional ? needs[further - 1] : Term.IMPOSSIBLE;
        int cheapestWithOthers = ofOther();
        return Math.min(named, cheapestWithOthers);
    }
}
