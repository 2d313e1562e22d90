package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.GrammarException.Reason;
import dev.molink.stagenode.grammar.Language.Choice;
import dev.molink.stagenode.grammar.Language.Definition;
import dev.molink.stagenode.grammar.Language.Members;
import dev.molink.stagenode.grammar.Language.OneOf;
import dev.molink.stagenode.grammar.Language.Repeat;
import dev.molink.stagenode.grammar.Language.Rule;
import dev.molink.stagenode.grammar.Language.Sequence;
import dev.molink.stagenode.grammar.Language.Text;
import dev.molink.stagenode.grammar.Program.Loop;
import dev.molink.stagenode.grammar.Program.MemberEntry;
import dev.molink.stagenode.grammar.Program.MemberPlan;
import dev.molink.stagenode.grammar.Program.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns a definition into a program. Every part is emitted behind what follows it and returns its first instruction. What
 * has no text is never emitted, and what needs rules within rules stands behind a guard wherever there is another way,
 * so that every reading that the automaton follows can be completed.
 */
final class Compiler {

    private static final int ROOM = 4;
    private static final long STEPS_PER_INSTRUCTION = 4;

    private final Terms terms;
    private final GrammarLimits limits;
    private final ProgramBuilder program;
    private final Map<String, Integer> ruleIndexes = new LinkedHashMap<>();
    private final List<String> rules = new ArrayList<>();
    /** Parts emitted so far. Empty ones make no instruction, yet may multiply. */
    private long emitted;

    private Compiler(Terms terms, GrammarLimits limits) {
        this.terms = terms;
        this.limits = limits;
        this.program = new ProgramBuilder(limits.instructions());
    }

    static Program compile(Definition definition, GrammarLimits limits) {
        Terms terms = new Terms(definition, limits);
        TermAnalysis.run(terms, limits);
        return new Compiler(terms, limits).program();
    }

    private Program program() {
        int start = emit(terms.start(), program.add(Operation.ACCEPT, 0, 0));
        List<Integer> entries = new ArrayList<>();
        int back = program.add(Operation.RETURN, 0, 0);
        for (int rule = 0; rule < rules.size(); rule++) {
            entries.add(emit(terms.rule(rules.get(rule)), back));
        }
        return program.build(start, entries.stream().mapToInt(Integer::intValue).toArray());
    }

    private int emit(Term term, int next) {
        if (++emitted > STEPS_PER_INSTRUCTION * limits.instructions()) {
            throw new GrammarException(
                    Reason.TOO_LARGE,
                    "parts that stand in several places make more than %d of them; that many are allowed"
                            .formatted(STEPS_PER_INSTRUCTION * limits.instructions()));
        }
        return switch (term.language()) {
            case Text(String text) -> emitText(text, next);
            case OneOf(CodePoints codePoints) -> Utf8Classes.add(codePoints, next, program);
            case Sequence _ -> emitSequence(term.children(), next);
            case Choice _ -> emitChoice(term.children(), next);
            case Repeat repeat -> emitRepeat(repeat, term.child(0), next);
            case Rule(String name) -> program.add(Operation.CALL, ruleIndex(name), next);
            case Members members -> emitMembers(members, term, next);
        };
    }

    private int emitText(String text, int next) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int entry = next;
        for (int at = bytes.length - 1; at >= 0; at--) {
            int value = Byte.toUnsignedInt(bytes[at]);
            entry = program.addRead(value, value, entry);
        }
        return entry;
    }

    private int emitSequence(List<Term> parts, int next) {
        int entry = next;
        for (Term part : parts.reversed()) {
            entry = emit(part, entry);
        }
        return entry;
    }

    private int emitChoice(List<Term> alternatives, int next) {
        requireAtMost(limits.alternatives() / ROOM, alternatives.size(), "alternatives");
        int[] targets = alternatives.stream()
                .filter(Term::isPossible)
                .mapToInt(alternative -> emitGuarded(alternative, next))
                .toArray();
        return targets.length == 1 ? targets[0] : program.addFork(targets);
    }

    private int emitGuarded(Term part, int next) {
        int entry = emit(part, next);
        return part.need() == 0 ? entry : program.add(Operation.GUARD, part.need(), entry);
    }

    private int emitRepeat(Repeat repeat, Term part, int next) {
        if (repeat.max() == 0 || !part.isPossible()) {
            return next;
        }
        int min = part.isNullable() ? 0 : repeat.min();
        if (repeat.min() == 1 && repeat.max() == 1) {
            return emit(part, next);
        }
        if (min == 0 && repeat.max() == 1) {
            return program.addFork(new int[] {emitGuarded(part, next), next});
        }
        if (min <= 1 && repeat.max() == Repeat.UNBOUNDED) {
            return emitStar(part, min, next);
        }
        return emitLoop(part, min, repeat.max(), next);
    }

    /** Without a counter: behind each iteration stands the choice between another one and the end. */
    private int emitStar(Term part, int min, int next) {
        int fork = program.add(Operation.FORK, 0, 0);
        int entry = emit(part, fork);
        int again = part.need() == 0 ? entry : program.add(Operation.GUARD, part.need(), entry);
        program.setFork(fork, new int[] {again, next});
        return min == 0 ? fork : entry;
    }

    private int emitLoop(Term part, int min, int max, int next) {
        int index = program.reserveLoop();
        int body = emit(part, program.add(Operation.LOOP_NEXT, index, 0));
        int bound = max == Repeat.UNBOUNDED ? Integer.MAX_VALUE : max;
        program.setLoop(index, new Loop(min, bound, part.isNullable(), part.need(), body, next));
        return program.add(Operation.LOOP_ENTER, index, 0);
    }

    /** What can stand at one place is read all at once; other things may be read beside it. */
    private static void requireAtMost(int most, int found, String what) {
        if (found > most) {
            throw new GrammarException(
                    Reason.TOO_LARGE, "one place has %d %s; allowed are %d".formatted(found, what, most));
        }
    }

    private int emitMembers(Members members, Term term, int next) {
        requireAtMost(limits.alternatives() / ROOM, members.members().size(), "members");
        MemberNeeds needs = new MemberNeeds(members, term);
        int named = members.members().size();
        int index = program.reserveMembers();
        List<MemberEntry> entries = new ArrayList<>();
        for (int at = 0; at < named; at++) {
            boolean required = members.members().get(at).required();
            entries.add(new MemberEntry(emitMember(term, index, at, needs), needs.ofMember(at), required));
        }
        if (members.other().isPresent()) {
            entries.add(new MemberEntry(emitMember(term, index, named, needs), needs.ofOther(), false));
        }
        int behindSeparator = program.add(Operation.SEPARATOR_END, index, 0);
        boolean separable = needs.ofSeparator() != Term.IMPOSSIBLE;
        int separator = separable ? emit(term.children().getLast(), behindSeparator) : behindSeparator;
        int most = members.most() == Repeat.UNBOUNDED ? Integer.MAX_VALUE : members.most();
        program.setMembers(
                index,
                new MemberPlan(
                        entries, named, needs.required(), members.least(), most, separator, needs.ofSeparator(), next));
        return program.add(Operation.MEMBERS_ENTER, index, 0);
    }

    /** A member that cannot come has an end and no beginning. */
    private int emitMember(Term term, int plan, int member, MemberNeeds needs) {
        int end = program.add(Operation.MEMBER_END, plan, member);
        if (needs.ofMember(member) == Term.IMPOSSIBLE) {
            return end;
        }
        return emit(term.child(2 * member), emit(term.child(2 * member + 1), end));
    }

    /** Rules get their numbers as they are met; their bodies are emitted afterwards. */
    private int ruleIndex(String name) {
        return ruleIndexes.computeIfAbsent(name, _ -> {
            rules.add(name);
            return rules.size() - 1;
        });
    }
}
