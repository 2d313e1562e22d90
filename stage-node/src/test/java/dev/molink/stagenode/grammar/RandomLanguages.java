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
import java.util.Optional;
import java.util.Random;

/** Small definitions over the letters a, b, ä and an astral one, with every kind of part. */
final class RandomLanguages {

    static final List<String> LETTERS = List.of("a", "b", "ä", "😀");

    private final Random random;

    RandomLanguages(Random random) {
        this.random = random;
    }

    /** Rules are guarded by a letter in front, so that most definitions are not refused. */
    Definition definition() {
        Language ruleBody = new Choice(List.of(
                new Sequence(List.of(new Text(letter()), language(2, true), language(1, false))), language(1, false)));
        return new Definition(language(4, true), Map.of("rule", ruleBody));
    }

    Language language(int depth, boolean withRules) {
        int kinds = depth == 0 ? 2 : withRules ? 7 : 6;
        return switch (random.nextInt(kinds)) {
            case 0 -> new Text(random.nextInt(8) == 0 ? "" : word(1 + random.nextInt(2)));
            case 1 -> oneOf();
            case 2 -> new Sequence(parts(depth, withRules));
            case 3 -> new Choice(parts(depth, withRules));
            case 4 -> repeat(depth, withRules);
            case 5 -> members(depth);
            default -> new Rule("rule");
        };
    }

    private Language repeat(int depth, boolean withRules) {
        int min = random.nextInt(3);
        int max = random.nextInt(3) == 0 ? Repeat.UNBOUNDED : min + random.nextInt(4);
        return new Repeat(language(depth - 1, withRules), min, max);
    }

    private List<Language> parts(int depth, boolean withRules) {
        List<Language> parts = new ArrayList<>();
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            parts.add(language(depth - 1, withRules));
        }
        return parts;
    }

    private Language members(int depth) {
        List<Member> members = new ArrayList<>();
        for (int count = random.nextInt(4); count > 0; count--) {
            members.add(new Member(new Text(word(1)), language(Math.min(depth - 1, 1), false), random.nextBoolean()));
        }
        Optional<OtherMembers> other = random.nextInt(3) == 0
                ? Optional.of(new OtherMembers(new Text(word(2)), language(0, false)))
                : Optional.empty();
        int least = random.nextInt(3) == 0 ? random.nextInt(3) : 0;
        int most = random.nextBoolean() ? Repeat.UNBOUNDED : random.nextInt(4);
        return new Members(members, other, least, most, new Text(random.nextBoolean() ? "" : letter()));
    }

    private OneOf oneOf() {
        List<CodePoints> sets = List.of(
                CodePointSets.range('a', 'b'),
                CodePointSets.complement(CodePointSets.of('a')),
                CodePointSets.range(0xE4, 0x1F600),
                CodePointSets.range('c', 0xE3));
        return new OneOf(sets.get(random.nextInt(sets.size())));
    }

    String word(int letters) {
        StringBuilder word = new StringBuilder();
        for (int at = 0; at < letters; at++) {
            word.append(letter());
        }
        return word.toString();
    }

    private String letter() {
        int pick = random.nextInt(6);
        return LETTERS.get(pick < LETTERS.size() ? pick : pick - LETTERS.size());
    }
}
