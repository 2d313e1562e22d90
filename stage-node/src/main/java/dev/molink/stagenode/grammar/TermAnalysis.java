package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
import dev.molink.stagenode.grammar.Language.Choice;
import dev.molink.stagenode.grammar.Language.Members;
import dev.molink.stagenode.grammar.Language.OneOf;
import dev.molink.stagenode.grammar.Language.Repeat;
import dev.molink.stagenode.grammar.Language.Rule;
import dev.molink.stagenode.grammar.Language.Sequence;
import dev.molink.stagenode.grammar.Language.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * Finds for every term which nesting of rules it needs and whether it can be empty, and refuses rules that begin with
 * themselves. Both are least fixed points: a term is looked at again whenever one of its parts learned something.
 */
final class TermAnalysis {

    private static final long MAX_STEPS = 50_000_000;

    private final Terms terms;
    private final int recursion;

    private TermAnalysis(Terms terms, int recursion) {
        this.terms = terms;
        this.recursion = recursion;
    }

    static void run(Terms terms, GrammarLimits limits) {
        TermAnalysis analysis = new TermAnalysis(terms, limits.recursion());
        analysis.spread();
        analysis.requireTextsInMembers();
        analysis.refuseLeftRecursion();
        if (!terms.start().isPossible()) {
            throw new GrammarException(
                    Reason.IMPOSSIBLE,
                    "no text belongs to the language with at most %d rules within each other"
                            .formatted(limits.recursion()));
        }
    }

    private void spread() {
        SequencedSet<Term> waiting = new LinkedHashSet<>(terms.all().reversed());
        long steps = 0;
        while (!waiting.isEmpty()) {
            Term term = waiting.removeFirst();
            steps += 1 + term.children().size();
            if (steps > MAX_STEPS) {
                throw new GrammarException(
                        Reason.TOO_LARGE,
                        "finding what the rules need takes more than %d steps; that many are allowed"
                                .formatted(MAX_STEPS));
            }
            int need = need(term);
            if (term.learn(need > recursion ? Term.IMPOSSIBLE : need, nullable(term))) {
                waiting.addAll(term.users());
            }
        }
    }

    private static int need(Term term) {
        return switch (term.language()) {
            case Text _ -> 0;
            case OneOf(CodePoints codePoints) -> codePoints.ranges().isEmpty() ? Term.IMPOSSIBLE : 0;
            case Sequence _ -> greatest(term.children());
            case Choice _ -> term.children().stream().mapToInt(Term::need).min().orElse(Term.IMPOSSIBLE);
            case Repeat repeat -> repeat.min() == 0 ? 0 : term.child(0).need();
            case Rule _ -> deeper(term.child(0).need());
            case Members members -> new MemberNeeds(members, term).ofAll();
        };
    }

    private static int deeper(int need) {
        return need == Term.IMPOSSIBLE ? need : need + 1;
    }

    private static int greatest(List<Term> terms) {
        return terms.stream().mapToInt(Term::need).max().orElse(0);
    }

    private static boolean nullable(Term term) {
        return switch (term.language()) {
            case Text(String text) -> text.isEmpty();
            case OneOf _ -> false;
            case Sequence _ -> term.children().stream().allMatch(Term::isNullable);
            case Choice _ -> term.children().stream().anyMatch(Term::isNullable);
            case Repeat repeat -> repeat.min() == 0 || term.child(0).isNullable();
            case Rule _ -> term.child(0).isNullable();
            case Members members -> new MemberNeeds(members, term).mayBeNone();
        };
    }

    /** An empty member could come any number of times without a byte being read. */
    private void requireTextsInMembers() {
        for (Term term : terms.all()) {
            if (term.language() instanceof Members) {
                for (int at = 0; at + 1 < term.children().size(); at += 2) {
                    if (term.child(at).isNullable() && term.child(at + 1).isNullable()) {
                        throw new GrammarException(
                                Reason.INVALID,
                                "member %d can be the empty text; it needs a key or a value".formatted(at / 2));
                    }
                }
            }
        }
    }

    /** Follows what can stand first, depth first, on a stack of its own. */
    private void refuseLeftRecursion() {
        Map<Term, Boolean> finished = new HashMap<>();
        for (Term term : terms.all()) {
            if (!finished.containsKey(term)) {
                walkBeginnings(term, finished);
            }
        }
    }

    private static void walkBeginnings(Term from, Map<Term, Boolean> finished) {
        ArrayDeque<Term> path = new ArrayDeque<>();
        ArrayDeque<Iterator<Term>> open = new ArrayDeque<>();
        push(from, path, open, finished);
        while (!open.isEmpty()) {
            if (!open.peek().hasNext()) {
                open.pop();
                finished.put(path.pop(), true);
                continue;
            }
            Term next = open.peek().next();
            Boolean state = finished.get(next);
            if (state == null) {
                push(next, path, open, finished);
            } else if (!state) {
                throw leftRecursion(next, path);
            }
        }
    }

    private static void push(
            Term term, ArrayDeque<Term> path, ArrayDeque<Iterator<Term>> open, Map<Term, Boolean> finished) {
        path.push(term);
        open.push(beginnings(term).iterator());
        finished.put(term, false);
    }

    private static GrammarException leftRecursion(Term again, ArrayDeque<Term> path) {
        String rule = "";
        for (Term term : path) {
            if (term.language() instanceof Rule(String name)) {
                rule = name;
            }
            if (term == again) {
                break;
            }
        }
        return new GrammarException(
                Reason.INVALID,
                "rule \"%s\" can begin with itself; allowed is recursion behind at least one character"
                        .formatted(rule));
    }

    /** The parts that can stand first. */
    private static List<Term> beginnings(Term term) {
        List<Term> beginnings = new ArrayList<>();
        switch (term.language()) {
            case Text _, OneOf _ -> {}
            case Sequence _ -> addThroughNullable(term.children(), beginnings);
            case Choice _, Repeat _, Rule _ -> beginnings.addAll(term.children());
            case Members _ -> {
                for (int at = 0; at + 1 < term.children().size(); at += 2) {
                    addThroughNullable(term.children().subList(at, at + 2), beginnings);
                }
            }
        }
        beginnings.removeIf(each -> !each.isPossible());
        return beginnings;
    }

    private static void addThroughNullable(List<Term> parts, List<Term> beginnings) {
        for (Term part : parts) {
            beginnings.add(part);
            if (!part.isNullable()) {
                return;
            }
        }
    }
}
