package dev.molink.stagenode.grammar;

import dev.molink.stagenode.grammar.CodePoints.Range;
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
import java.util.Optional;
import java.util.TreeMap;

/**
 * Definitions as bytes: {@code "MLGR"}, version, bounds, parts, rules, start. A part names its own parts by their number,
 * all of them written before it, so that reading neither recurses nor meets a cycle, and a part that stands in several
 * places is written once. Numbers are unsigned LEB128.
 */
final class DefinitionCodec {

    private static final byte[] MAGIC = {'M', 'L', 'G', 'R'};
    private static final int VERSION = 1;

    private static final int TEXT = 0;
    private static final int ONE_OF = 1;
    private static final int SEQUENCE = 2;
    private static final int CHOICE = 3;
    private static final int REPEAT = 4;
    private static final int RULE = 5;
    private static final int MEMBERS = 6;

    record Decoded(Definition definition, GrammarLimits limits) {}

    private DefinitionCodec() {}

    /** @param definition one that was compiled, thus within {@code limits} */
    static byte[] write(Definition definition, GrammarLimits limits) {
        Writer writer = new Writer();
        writer.bytes.raw(MAGIC);
        writer.bytes.number(VERSION);
        writer.bytes.number(limits.recursion());
        writer.bytes.number(limits.alternatives());
        Terms terms = new Terms(definition, limits);
        int start = writer.part(terms.start());
        Map<String, Integer> rules = new TreeMap<>();
        terms.ruleNames().forEach(name -> rules.put(name, writer.part(terms.rule(name))));
        return writer.finish(rules, start);
    }

    /** The language's parts are written before it; rules are written by name. */
    private static final class Writer {

        private final ByteWriter bytes = new ByteWriter();
        private final ByteWriter parts = new ByteWriter();
        private final IdentityHashMap<Term, Integer> numbers = new IdentityHashMap<>();

        int part(Term term) {
            Integer known = numbers.get(term);
            if (known != null) {
                return known;
            }
            if (!(term.language() instanceof Rule)) {
                term.children().forEach(this::part);
            }
            write(term);
            numbers.put(term, numbers.size());
            return numbers.size() - 1;
        }

        byte[] finish(Map<String, Integer> rules, int start) {
            bytes.number(numbers.size());
            bytes.raw(parts.toBytes());
            bytes.number(rules.size());
            rules.forEach((name, part) -> {
                bytes.text(name);
                bytes.number(part);
            });
            bytes.number(start);
            return bytes.toBytes();
        }

        private void write(Term term) {
            switch (term.language()) {
                case Text(String text) -> {
                    parts.number(TEXT);
                    parts.text(text);
                }
                case OneOf(CodePoints codePoints) -> {
                    parts.number(ONE_OF);
                    writeRanges(codePoints.ranges());
                }
                case Sequence _ -> writeList(SEQUENCE, term);
                case Choice _ -> writeList(CHOICE, term);
                case Repeat repeat -> {
                    parts.number(REPEAT);
                    writeNumbers(term);
                    parts.number(repeat.min());
                    parts.number(repeat.max() + 1L);
                }
                case Rule(String name) -> {
                    parts.number(RULE);
                    parts.text(name);
                }
                case Members members -> writeMembers(members, term);
            }
        }

        private void writeRanges(List<Range> ranges) {
            parts.number(ranges.size());
            int from = 0;
            for (Range range : ranges) {
                parts.number(range.first() - from);
                parts.number(range.last() - range.first());
                from = range.last();
            }
        }

        private void writeList(int kind, Term term) {
            parts.number(kind);
            parts.number(term.children().size());
            writeNumbers(term);
        }

        private void writeMembers(Members members, Term term) {
            parts.number(MEMBERS);
            parts.number(members.members().size());
            parts.number(members.other().isPresent() ? 1 : 0);
            writeNumbers(term);
            members.members().forEach(member -> parts.number(member.required() ? 1 : 0));
            parts.number(members.least());
            parts.number(members.most() + 1L);
        }

        private void writeNumbers(Term term) {
            term.children().forEach(child -> parts.number(numbers.getOrDefault(child, 0)));
        }
    }

    /** @throws GrammarException when {@code bytes} are not what {@link #write} gives */
    static Decoded read(byte[] bytes) {
        try {
            ByteReader reader = new ByteReader(bytes, "the grammar");
            reader.expect(MAGIC);
            reader.numberWithin("version", VERSION, VERSION);
            GrammarLimits limits = limits(reader.number("recursion"), reader.number("alternatives"));
            List<Language> parts = new ArrayList<>();
            int count = reader.count("parts", 1);
            for (int at = 0; at < count; at++) {
                parts.add(new PartReader(reader, parts).part());
            }
            Map<String, Language> rules = new HashMap<>();
            int ruleCount = reader.count("rules", 2);
            for (int at = 0; at < ruleCount; at++) {
                rules.put(reader.text("a rule's name"), new PartReader(reader, parts).reference());
            }
            Language start = new PartReader(reader, parts).reference();
            reader.expectEnd();
            return new Decoded(new Definition(start, rules), limits);
        } catch (IllegalArgumentException e) {
            throw new GrammarException(Reason.CORRUPT, "the grammar's bytes are broken: " + e.getMessage());
        }
    }

    private static GrammarLimits limits(int recursion, int alternatives) {
        GrammarLimits most = GrammarLimits.DEFAULT;
        if (recursion > most.recursion() || alternatives > most.alternatives()) {
            throw new GrammarException(
                    Reason.CORRUPT,
                    "the grammar asks for a recursion of %d and %d alternatives; allowed are %d and %d"
                            .formatted(recursion, alternatives, most.recursion(), most.alternatives()));
        }
        return new GrammarLimits(most.terms(), most.nesting(), most.instructions(), recursion, alternatives);
    }

    private record PartReader(ByteReader reader, List<Language> before) {

        Language part() {
            return switch (reader.numberWithin("a part's kind", TEXT, MEMBERS)) {
                case TEXT -> new Text(reader.text("a text"));
                case ONE_OF -> new OneOf(ranges());
                case SEQUENCE -> new Sequence(references());
                case CHOICE -> new Choice(references());
                case REPEAT -> new Repeat(reference(), reader.number("a least count"), bound());
                case RULE -> new Rule(reader.text("a rule's name"));
                default -> members();
            };
        }

        Language reference() {
            return before.get(reader.numberWithin("a part's number", 0, before.size() - 1));
        }

        private List<Language> references() {
            int count = reader.count("a list of parts", 1);
            List<Language> references = new ArrayList<>();
            for (int at = 0; at < count; at++) {
                references.add(reference());
            }
            return references;
        }

        private CodePoints ranges() {
            int count = reader.count("ranges", 2);
            List<Range> ranges = new ArrayList<>();
            int from = 0;
            for (int at = 0; at < count; at++) {
                int first = from + reader.numberWithin("a range's start", 0, Character.MAX_CODE_POINT);
                from = first + reader.numberWithin("a range's width", 0, Character.MAX_CODE_POINT);
                ranges.add(new Range(first, from));
            }
            return new CodePoints(ranges);
        }

        private Language members() {
            int named = reader.count("members", 3);
            boolean others = reader.numberWithin("whether there are other members", 0, 1) == 1;
            List<Language> keysAndValues = new ArrayList<>();
            for (int at = 0; at < 2 * named; at++) {
                keysAndValues.add(reference());
            }
            Optional<OtherMembers> other =
                    others ? Optional.of(new OtherMembers(reference(), reference())) : Optional.empty();
            Language separator = reference();
            List<Member> members = new ArrayList<>();
            for (int at = 0; at < named; at++) {
                boolean required = reader.numberWithin("whether a member is required", 0, 1) == 1;
                members.add(new Member(keysAndValues.get(2 * at), keysAndValues.get(2 * at + 1), required));
            }
            return new Members(members, other, reader.number("a least count"), bound(), separator);
        }

        private int bound() {
            return (int) (reader.longNumber("an upper bound", 1L + Integer.MAX_VALUE) - 1);
        }
    }
}
