package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.CodePoints.Range;
import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.Language.Definition;
import dev.molink.stagenode.grammar.Language.Members;
import dev.molink.stagenode.grammar.Language.Repeat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Writes random texts of a language straight from its definition; deep inside it takes the shortest way out. */
final class LanguageSampler {

    private static final int DEPTH = 6;
    private static final int REPETITIONS = 4;
    private static final int ENDLESS = 1 << 20;

    private final Map<String, Language> rules;
    private final Random random;
    /** By rule: how many rules must be opened within each other to reach an end. */
    private final Map<String, Integer> heights = new HashMap<>();

    private int depth;

    LanguageSampler(Definition definition, Random random) {
        this.rules = definition.rules();
        this.random = random;
        for (int round = 0; round <= rules.size(); round++) {
            int before = heights.hashCode();
            rules.forEach((name, language) -> heights.merge(name, 1 + height(language), Math::min));
            if (round > 0 && heights.hashCode() == before) {
                break;
            }
        }
    }

    String sample(Language language) {
        StringBuilder text = new StringBuilder();
        depth = 0;
        write(language, text);
        return text.toString();
    }

    private void write(Language language, StringBuilder text) {
        switch (language) {
            case Language.Text written -> text.append(written.text());
            case Language.OneOf oneOf ->
                text.appendCodePoint(codePoint(oneOf.codePoints().ranges()));
            case Language.Sequence sequence -> sequence.parts().forEach(part -> write(part, text));
            case Language.Choice choice -> write(chosen(choice.alternatives()), text);
            case Repeat repeat -> {
                int extra = isDeep() ? 0 : random.nextInt(REPETITIONS);
                int most = repeat.max() == Repeat.UNBOUNDED ? Integer.MAX_VALUE : repeat.max();
                long count = Math.min(most, (long) repeat.min() + extra);
                for (long i = 0; i < count; i++) {
                    write(repeat.part(), text);
                }
            }
            case Language.Rule rule -> {
                depth++;
                write(Objects.requireNonNull(rules.get(rule.name())), text);
                depth--;
            }
            case Members members -> write(members, text);
        }
    }

    private boolean isDeep() {
        return depth > DEPTH;
    }

    private int codePoint(List<Range> ranges) {
        // Mostly from the front, where the characters are that mean something.
        Range range = ranges.get(random.nextInt(random.nextInt(ranges.size()) + 1));
        int width = Math.min(range.last() - range.first() + 1, random.nextInt(8) == 0 ? Integer.MAX_VALUE : 100);
        return range.first() + random.nextInt(width);
    }

    private Language chosen(List<Language> ways) {
        if (isDeep()) {
            return ways.stream().min(Comparator.comparingInt(this::height)).orElseThrow();
        }
        return ways.get(random.nextInt(ways.size()));
    }

    private void write(Members members, StringBuilder text) {
        List<Language> written = new ArrayList<>();
        List<Language> left = new ArrayList<>();
        members.members()
                .forEach(member -> (member.required() ? written : left)
                        .add(new Language.Sequence(List.of(member.key(), member.value()))));
        members.other().ifPresent(other -> {
            for (int i = 0; i < REPETITIONS; i++) {
                left.add(new Language.Sequence(List.of(other.key(), other.value())));
            }
        });
        Collections.shuffle(left, random);
        if (isDeep()) {
            left.sort(Comparator.comparingInt(this::height));
        }
        int wanted = Math.max(members.least(), isDeep() ? 0 : random.nextInt(written.size() + left.size() + 1));
        while (written.size() < wanted && (members.most() < 0 || written.size() < members.most()) && !left.isEmpty()) {
            written.add(left.removeFirst());
        }
        Collections.shuffle(written, random);
        for (int i = 0; i < written.size(); i++) {
            if (i > 0) {
                write(members.separator(), text);
            }
            write(written.get(i), text);
        }
    }

    private int height(Language language) {
        return switch (language) {
            case Language.Text _, Language.OneOf _ -> 0;
            case Language.Sequence sequence -> highest(sequence.parts());
            case Language.Choice choice ->
                choice.alternatives().stream().mapToInt(this::height).min().orElse(ENDLESS);
            case Repeat repeat -> repeat.min() == 0 ? 0 : height(repeat.part());
            case Language.Rule rule -> heights.getOrDefault(rule.name(), ENDLESS);
            case Members members ->
                highest(members.members().stream()
                        .filter(Language.Member::required)
                        .map(Language.Member::value)
                        .toList());
        };
    }

    private int highest(List<Language> parts) {
        return parts.stream().mapToInt(this::height).max().orElse(0);
    }
}
