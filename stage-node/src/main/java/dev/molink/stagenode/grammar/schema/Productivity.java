package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.Language.Member;
import dev.molink.stagenode.grammar.Language.Members;
import dev.molink.stagenode.grammar.Language.OtherMembers;
import dev.molink.stagenode.grammar.Language.Repeat;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells which languages hold any finite text, and takes out what leads to none, so that an automaton cannot walk into a
 * dead end. A rule that always needs itself holds none: the least fixed point over the rules.
 */
final class Productivity {

    private final Set<String> productive = new HashSet<>();

    Productivity(Map<String, Language> rules) {
        int known = -1;
        while (known < productive.size()) {
            known = productive.size();
            rules.forEach((name, language) -> {
                if (!productive.contains(name) && holdsText(language)) {
                    productive.add(name);
                }
            });
        }
    }

    boolean isProductive(String rule) {
        return productive.contains(rule);
    }

    /** The rules that hold texts, without what holds none. */
    Map<String, Language> pruned(Map<String, Language> rules) {
        Map<String, Language> pruned = new LinkedHashMap<>();
        rules.forEach((name, language) -> {
            if (productive.contains(name)) {
                pruned.put(name, prune(language));
            }
        });
        return pruned;
    }

    private boolean holdsText(Language language) {
        return switch (language) {
            case Language.Text _ -> true;
            case Language.OneOf oneOf -> !oneOf.codePoints().ranges().isEmpty();
            case Language.Sequence sequence -> sequence.parts().stream().allMatch(this::holdsText);
            case Language.Choice choice -> choice.alternatives().stream().anyMatch(this::holdsText);
            case Repeat repeat -> repeat.min() == 0 || holdsText(repeat.part());
            case Language.Rule rule -> productive.contains(rule.name());
            case Members members -> holdsText(members);
        };
    }

    private boolean holdsText(Members members) {
        long possible = members.members().stream().filter(this::holdsText).count();
        boolean requiredHold =
                members.members().stream().filter(Member::required).allMatch(this::holdsText);
        return requiredHold && (possible >= members.least() || other(members).isPresent());
    }

    private boolean holdsText(Member member) {
        return holdsText(member.key()) && holdsText(member.value());
    }

    private Optional<OtherMembers> other(Members members) {
        return members.other().filter(other -> holdsText(other.key()) && holdsText(other.value()));
    }

    private Language prune(Language language) {
        return switch (language) {
            case Language.Text text -> text;
            case Language.OneOf oneOf -> oneOf;
            case Language.Rule rule -> rule;
            case Language.Sequence sequence ->
                new Language.Sequence(sequence.parts().stream().map(this::prune).toList());
            case Language.Choice choice -> prune(choice);
            case Repeat repeat ->
                holdsText(repeat.part())
                        ? new Repeat(prune(repeat.part()), repeat.min(), repeat.max())
                        : Languages.EMPTY_TEXT;
            case Members members -> prune(members);
        };
    }

    private Language prune(Language.Choice choice) {
        List<Language> kept = choice.alternatives().stream()
                .filter(this::holdsText)
                .map(this::prune)
                .toList();
        return kept.size() == 1 ? kept.getFirst() : new Language.Choice(kept);
    }

    private Language prune(Members members) {
        List<Member> kept = members.members().stream()
                .filter(this::holdsText)
                .map(member -> new Member(member.key(), prune(member.value()), member.required()))
                .toList();
        Optional<OtherMembers> other =
                other(members).map(free -> new OtherMembers(prune(free.key()), prune(free.value())));
        return new Members(kept, other, members.least(), members.most(), members.separator());
    }
}
