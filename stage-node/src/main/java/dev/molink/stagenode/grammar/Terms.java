package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
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
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The parts of a definition as a graph, each once however many places it stands in, checked against the limits. */
final class Terms {

    private final Map<String, Language> rules;
    private final GrammarLimits limits;
    private final IdentityHashMap<Language, Term> byLanguage = new IdentityHashMap<>();
    private final Map<String, Term> byRule = new HashMap<>();
    private final List<Rule> pendingRules = new ArrayList<>();
    private final List<Term> all = new ArrayList<>();
    private final Term start;

    /** Only rules that the start leads to are looked at. */
    Terms(Definition definition, GrammarLimits limits) {
        this.rules = definition.rules();
        this.limits = limits;
        this.start = term(definition.start(), 0);
        while (!pendingRules.isEmpty()) {
            resolve(pendingRules.removeLast());
        }
    }

    Term start() {
        return start;
    }

    /** The term of a rule that is referred to. */
    Term rule(String name) {
        return Objects.requireNonNull(byRule.get(name), name);
    }

    Set<String> ruleNames() {
        return byRule.keySet();
    }

    List<Term> all() {
        return all;
    }

    private void resolve(Rule rule) {
        Term reference = byLanguage.get(rule);
        Term target = byRule.get(rule.name());
        if (target == null) {
            Language language = rules.get(rule.name());
            if (language == null) {
                throw new GrammarException(
                        Reason.INVALID,
                        "rule \"%s\" is referred to but not defined; %d rules are"
                                .formatted(rule.name(), rules.size()));
            }
            target = term(language, 0);
            byRule.put(rule.name(), target);
        }
        if (reference != null && reference.children().isEmpty()) {
            reference.addChild(target);
        }
    }

    private Term term(Language language, int nesting) {
        Term known = byLanguage.get(language);
        if (known != null) {
            return known;
        }
        if (nesting > limits.nesting()) {
            throw new GrammarException(
                    Reason.TOO_LARGE,
                    "parts are nested more than %d deep; allowed are %<d".formatted(limits.nesting()));
        }
        if (all.size() >= limits.terms()) {
            throw new GrammarException(
                    Reason.TOO_LARGE, "there are more than %d parts; allowed are %<d".formatted(limits.terms()));
        }
        Term term = new Term(language);
        byLanguage.put(language, term);
        all.add(term);
        addChildren(term, nesting + 1);
        return term;
    }

    private void addChildren(Term term, int nesting) {
        switch (term.language()) {
            case Text(String text) -> requireCharacters(text);
            case OneOf(CodePoints codePoints) -> requireOrder(codePoints);
            case Sequence(List<Language> parts) -> addAll(term, parts, nesting);
            case Choice(List<Language> alternatives) -> addAll(term, alternatives, nesting);
            case Repeat repeat -> term.addChild(term(repeat.part(), nesting));
            case Rule rule -> pendingRules.add(rule);
            case Members members -> addMembers(term, members, nesting);
        }
    }

    private void addAll(Term term, List<Language> parts, int nesting) {
        parts.forEach(part -> term.addChild(term(part, nesting)));
    }

    private void addMembers(Term term, Members members, int nesting) {
        if (members.least() < 0 || (members.most() != Repeat.UNBOUNDED && members.most() < 0)) {
            throw new GrammarException(
                    Reason.INVALID,
                    "members are bounded by %d and %d; allowed are bounds from 0, and %d for no upper one"
                            .formatted(members.least(), members.most(), Repeat.UNBOUNDED));
        }
        for (Member member : members.members()) {
            addAll(term, List.of(member.key(), member.value()), nesting);
        }
        members.other().ifPresent((OtherMembers other) -> addAll(term, List.of(other.key(), other.value()), nesting));
        term.addChild(term(members.separator(), nesting));
    }

    private static void requireCharacters(String text) {
        boolean lone = text.codePoints().anyMatch(each -> Character.getType(each) == Character.SURROGATE);
        if (lone) {
            throw new GrammarException(
                    Reason.INVALID, "a text holds a surrogate without its other half, which no UTF-8 spells");
        }
    }

    private static void requireOrder(CodePoints codePoints) {
        int previous = -1;
        for (CodePoints.Range range : codePoints.ranges()) {
            if (range.first() <= previous) {
                throw new GrammarException(
                        Reason.INVALID,
                        "the range U+%04X to U+%04X does not follow U+%04X; ranges rise and do not overlap"
                                .formatted(range.first(), range.last(), previous));
            }
            previous = range.last();
        }
    }
}
