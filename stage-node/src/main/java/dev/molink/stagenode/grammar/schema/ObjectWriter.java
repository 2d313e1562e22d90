package dev.molink.stagenode.grammar.schema;

import static dev.molink.stagenode.grammar.schema.Languages.sequence;
import static dev.molink.stagenode.grammar.schema.Languages.text;

import dev.molink.stagenode.grammar.JsonText;
import dev.molink.stagenode.grammar.Language;
import dev.molink.stagenode.grammar.schema.Shape.Exactly;
import dev.molink.stagenode.grammar.schema.Shape.NameRule;
import dev.molink.stagenode.grammar.schema.Shape.Objects;
import dev.molink.stagenode.grammar.schema.Shape.Others;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;

/**
 * Tells the members of an object. Keys of named members are written in their plain form only, and keys of other members
 * are told by an automaton without the named ones: no way of writing, escapes included, leads to a name twice.
 */
final class ObjectWriter {

    /** @param names of the members, without those named */
    private record Free(TextSet names, Conjunction value) {}

    private final Function<Conjunction, Language> value;
    private final TextSetLanguage strings;
    private final ShapeExpander expander;
    private final TextSets textSets;
    private final WorkBudget budget;

    ObjectWriter(
            Function<Conjunction, Language> value,
            TextSetLanguage strings,
            ShapeExpander expander,
            TextSets textSets,
            WorkBudget budget) {
        this.value = value;
        this.strings = strings;
        this.expander = expander;
        this.textSets = textSets;
        this.budget = budget;
    }

    Language members(Objects objects) {
        SequencedMap<String, Conjunction> named = named(objects);
        List<Free> free = free(objects, named.keySet());
        int distinct = objects.required().size() + 1;
        if (!free.isEmpty() && objects.least().count() > distinct) {
            throw objects.least()
                    .place()
                    .unsupported(
                            "free names cannot be compared with each other, so at most %d can be required here; name the properties and set 'additionalProperties' to false"
                                    .formatted(distinct));
        }
        List<Language.Member> members = new ArrayList<>();
        named.forEach((name, schema) -> members.add(new Language.Member(
                StringTexts.exactly(name), member(schema), objects.required().containsKey(name))));
        try {
            return new Language.Members(
                    members,
                    other(free),
                    objects.least().count(),
                    objects.most().count(),
                    JsonText.comma());
        } catch (TooManyStatesException e) {
            throw objects.place("additionalProperties")
                    .tooLarge("names beside the known ones: %s; set it to false".formatted(e.problem()));
        }
    }

    private Language member(Conjunction schema) {
        return sequence(JsonText.colon(), value.apply(schema));
    }

    /** The members that the rules for names allow; where those rules are a list, every name on it. */
    private SequencedMap<String, Conjunction> named(Objects objects) {
        SequencedMap<String, Conjunction> named = new LinkedHashMap<>(objects.named());
        for (NameRule rule : objects.nameRules()) {
            listed(rule).ifPresent(names -> names.forEach(name -> named.putIfAbsent(name, objects.member(name))));
        }
        named.replaceAll((name, schema) -> expander.membership().admits(objects, name) ? schema : Conjunction.NOTHING);
        return named;
    }

    /** The names of a rule that allows single ones only. */
    private Optional<List<String>> listed(NameRule rule) {
        List<Shape> shapes = stringsOf(rule);
        if (!shapes.stream().allMatch(Exactly.class::isInstance)) {
            return Optional.empty();
        }
        return Optional.of(shapes.stream()
                .map(shape -> ((Exactly) shape).value().stringValue())
                .toList());
    }

    private List<Shape> stringsOf(NameRule rule) {
        return expander.shapes(rule.rule()).stream()
                .filter(shape -> switch (shape) {
                    case Exactly exactly -> exactly.value().isString();
                    case Shape.Texts _ -> true;
                    case Shape.Numbers _, Shape.Arrays _, Objects _ -> false;
                })
                .toList();
    }

    private List<Free> free(Objects objects, Set<String> named) {
        if (objects.others().isEmpty()
                || objects.nameRules().stream().anyMatch(rule -> listed(rule).isPresent())) {
            return List.of();
        }
        try {
            TextSet allowed = named.isEmpty()
                    ? TextSet.ALL
                    : TextSet.ofTexts(named, budget).complement();
            for (NameRule rule : objects.nameRules()) {
                allowed = allowed.intersect(textSets.of(stringsOf(rule), rule.place()), budget);
            }
            List<Free> free = new ArrayList<>();
            for (Others others : objects.others()) {
                TextSet names = others.names().intersect(allowed, budget);
                if (!names.isEmpty()) {
                    free.add(new Free(names, others.value()));
                }
            }
            return free;
        } catch (TooManyStatesException e) {
            throw objects.place("additionalProperties")
                    .tooLarge("names beside the known ones: %s; set it to false".formatted(e.problem()));
        }
    }

    private Optional<Language.OtherMembers> other(List<Free> free) {
        if (free.isEmpty()) {
            return Optional.empty();
        }
        if (free.size() == 1) {
            Free only = free.getFirst();
            return Optional.of(new Language.OtherMembers(
                    StringTexts.quoted(strings.language(only.names())), member(only.value())));
        }
        // Key and value belong together, so a choice of both stands behind the quote that all keys share.
        return Optional.of(new Language.OtherMembers(
                text("\""),
                new Language.Choice(free.stream()
                        .map(group -> sequence(strings.language(group.names()), text("\""), member(group.value())))
                        .toList())));
    }
}
