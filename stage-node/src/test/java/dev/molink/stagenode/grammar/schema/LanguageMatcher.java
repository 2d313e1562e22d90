package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.Language.Definition;
import dev.molink.stagenode.grammar.Language.Member;
import dev.molink.stagenode.grammar.Language.Members;
import dev.molink.stagenode.grammar.Language.Repeat;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Tells whether a whole text is one of a language by trying every way: slow, and plain enough to be believed. */
final class LanguageMatcher {

    /** Which members were seen, and how many in all. */
    private record Seen(Set<Integer> named, int count, int end) {}

    private final Map<String, Language> rules;
    private final int[] text;
    private final IdentityHashMap<Language, Map<Integer, BitSet>> known = new IdentityHashMap<>();

    private LanguageMatcher(Definition definition, String text) {
        this.rules = definition.rules();
        this.text = text.codePoints().toArray();
    }

    static boolean matches(Definition definition, String text) {
        LanguageMatcher matcher = new LanguageMatcher(definition, text);
        return matcher.ends(definition.start(), 0).get(matcher.text.length);
    }

    /** Where a text of the language that begins at {@code from} may end. */
    private BitSet ends(Language language, int from) {
        Map<Integer, BitSet> byStart = known.computeIfAbsent(language, key -> new HashMap<>());
        BitSet ends = byStart.get(from);
        if (ends == null) {
            ends = tried(language, from);
            byStart.put(from, ends);
        }
        return ends;
    }

    private BitSet tried(Language language, int from) {
        return switch (language) {
            case Language.Text written -> text(written.text().codePoints().toArray(), from);
            case Language.OneOf oneOf -> oneOf(oneOf, from);
            case Language.Sequence sequence -> sequence(sequence.parts(), from);
            case Language.Choice choice -> {
                BitSet ends = new BitSet();
                choice.alternatives().forEach(way -> ends.or(ends(way, from)));
                yield ends;
            }
            case Repeat repeat -> repeat(repeat, from);
            case Language.Rule rule -> ends(rules.get(rule.name()), from);
            case Members members -> members(members, from);
        };
    }

    private BitSet text(int[] wanted, int from) {
        BitSet ends = new BitSet();
        if (from + wanted.length <= text.length
                && Arrays.equals(text, from, from + wanted.length, wanted, 0, wanted.length)) {
            ends.set(from + wanted.length);
        }
        return ends;
    }

    private BitSet oneOf(Language.OneOf oneOf, int from) {
        BitSet ends = new BitSet();
        if (from < text.length
                && oneOf.codePoints().ranges().stream()
                        .anyMatch(range -> range.first() <= text[from] && text[from] <= range.last())) {
            ends.set(from + 1);
        }
        return ends;
    }

    private BitSet sequence(List<Language> parts, int from) {
        BitSet at = new BitSet();
        at.set(from);
        for (Language part : parts) {
            at = after(part, at);
        }
        return at;
    }

    private BitSet after(Language part, BitSet starts) {
        BitSet ends = new BitSet();
        starts.stream().forEach(start -> ends.or(ends(part, start)));
        return ends;
    }

    private BitSet repeat(Repeat repeat, int from) {
        BitSet at = new BitSet();
        at.set(from);
        BitSet ends = new BitSet();
        Set<BitSet> seen = new HashSet<>();
        for (int count = 0; !at.isEmpty(); count++) {
            if (count >= repeat.min()) {
                ends.or(at);
            }
            if (count == repeat.max() || (count >= repeat.min() && !seen.add(at))) {
                break;
            }
            at = after(repeat.part(), at);
        }
        return ends;
    }

    private BitSet members(Members members, int from) {
        BitSet ends = new BitSet();
        Set<Seen> reached = new HashSet<>(Set.of(new Seen(Set.of(), 0, from)));
        while (!reached.isEmpty()) {
            Set<Seen> next = new HashSet<>();
            for (Seen seen : reached) {
                if (mayEnd(members, seen)) {
                    ends.set(seen.end());
                }
                if (seen.count() != members.most()) {
                    extend(members, seen, next);
                }
            }
            reached = next;
        }
        return ends;
    }

    private static boolean mayEnd(Members members, Seen seen) {
        for (int i = 0; i < members.members().size(); i++) {
            if (members.members().get(i).required() && !seen.named().contains(i)) {
                return false;
            }
        }
        return seen.count() >= members.least();
    }

    private void extend(Members members, Seen seen, Set<Seen> next) {
        BitSet starts = seen.count() == 0 ? single(seen.end()) : ends(members.separator(), seen.end());
        starts.stream().forEach(start -> {
            for (int i = 0; i < members.members().size(); i++) {
                Member member = members.members().get(i);
                if (!seen.named().contains(i)) {
                    Set<Integer> named = new TreeSet<>(seen.named());
                    named.add(i);
                    sequence(List.of(member.key(), member.value()), start).stream()
                            .forEach(end -> next.add(new Seen(named, seen.count() + 1, end)));
                }
            }
            members.other()
                    .ifPresent(other -> sequence(List.of(other.key(), other.value()), start).stream()
                            .forEach(end -> next.add(new Seen(seen.named(), seen.count() + 1, end))));
        });
    }

    private static BitSet single(int bit) {
        BitSet set = new BitSet();
        set.set(bit);
        return set;
    }
}
