package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.Language.Choice;
import dev.molink.stagenode.grammar.Language.Definition;
import dev.molink.stagenode.grammar.Language.Member;
import dev.molink.stagenode.grammar.Language.Members;
import dev.molink.stagenode.grammar.Language.OneOf;
import dev.molink.stagenode.grammar.Language.OtherMembers;
import dev.molink.stagenode.grammar.Language.Repeat;
import dev.molink.stagenode.grammar.Language.Rule;
import dev.molink.stagenode.grammar.Language.Sequence;
import dev.molink.stagenode.grammar.Language.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Decides by trying everything: where a match of a language that begins at an offset of a text may end. */
final class NaiveMatcher {

    private final Map<String, Language> rules;
    private final int[] text;

    private NaiveMatcher(Map<String, Language> rules, String text) {
        this.rules = rules;
        this.text = text.codePoints().toArray();
    }

    static boolean matches(Definition definition, String text) {
        NaiveMatcher matcher = new NaiveMatcher(definition.rules(), text);
        return matcher.ends(definition.start(), 0).contains(matcher.text.length);
    }

    private Set<Integer> ends(Language language, int from) {
        return switch (language) {
            case Text(String wanted) -> text(wanted, from);
            case OneOf(CodePoints set) -> character(set, from);
            case Sequence(List<Language> parts) -> sequence(parts, from);
            case Choice(List<Language> alternatives) -> {
                Set<Integer> ends = new TreeSet<>();
                alternatives.forEach(each -> ends.addAll(ends(each, from)));
                yield ends;
            }
            case Repeat repeat -> repeat(repeat, from);
            case Rule(String name) -> ends(Objects.requireNonNull(rules.get(name)), from);
            case Members members -> members(members, List.of(), 0, from);
        };
    }

    private Set<Integer> text(String wanted, int from) {
        int[] points = wanted.codePoints().toArray();
        for (int at = 0; at < points.length; at++) {
            if (from + at >= text.length || text[from + at] != points[at]) {
                return Set.of();
            }
        }
        return Set.of(from + points.length);
    }

    private Set<Integer> character(CodePoints set, int from) {
        boolean matches = from < text.length
                && set.ranges().stream().anyMatch(each -> each.first() <= text[from] && text[from] <= each.last());
        return matches ? Set.of(from + 1) : Set.of();
    }

    private Set<Integer> sequence(List<Language> parts, int from) {
        Set<Integer> ends = Set.of(from);
        for (Language part : parts) {
            Set<Integer> further = new TreeSet<>();
            ends.forEach(end -> further.addAll(ends(part, end)));
            ends = further;
        }
        return ends;
    }

    /** More iterations than the text has characters and the bound asks for add nothing new. */
    private Set<Integer> repeat(Repeat repeat, int from) {
        int most = repeat.max() == Repeat.UNBOUNDED ? repeat.min() + text.length + 1 : repeat.max();
        Set<Integer> ends = new TreeSet<>();
        Set<Integer> frontier = Set.of(from);
        for (int count = 0; count <= most && !frontier.isEmpty(); count++) {
            if (count >= repeat.min()) {
                ends.addAll(frontier);
            }
            Set<Integer> further = new TreeSet<>();
            frontier.forEach(end -> further.addAll(ends(repeat.part(), end)));
            frontier = further;
        }
        return ends;
    }

    private Set<Integer> members(Members members, List<Member> used, int count, int from) {
        Set<Integer> ends = new TreeSet<>();
        boolean complete = members.members().stream().allMatch(each -> !each.required() || contains(used, each));
        if (complete && count >= members.least()) {
            ends.add(from);
        }
        if (members.most() != Repeat.UNBOUNDED && count >= members.most()) {
            return ends;
        }
        Set<Integer> starts = count == 0 ? Set.of(from) : ends(members.separator(), from);
        for (int start : starts) {
            for (Member member : members.members()) {
                if (!contains(used, member)) {
                    List<Member> more = new ArrayList<>(used);
                    more.add(member);
                    for (int end : sequence(List.of(member.key(), member.value()), start)) {
                        ends.addAll(members(members, more, count + 1, end));
                    }
                }
            }
            if (members.other().isPresent()) {
                OtherMembers other = members.other().get();
                for (int end : sequence(List.of(other.key(), other.value()), start)) {
                    ends.addAll(members(members, used, count + 1, end));
                }
            }
        }
        return ends;
    }

    @SuppressWarnings("ReferenceEquality") // two members may be equal and still be two
    private static boolean contains(List<Member> used, Member member) {
        return used.stream().anyMatch(each -> each == member);
    }
}
