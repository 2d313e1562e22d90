package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.Shape.Least;
import dev.molink.stagenode.grammar.schema.Shape.Most;
import dev.molink.stagenode.grammar.schema.Shape.NameRule;
import dev.molink.stagenode.grammar.schema.Shape.Objects;
import dev.molink.stagenode.grammar.schema.Shape.Others;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** Reads what the keywords of one schema say about objects. */
final class ObjectReader {

    /** One {@code patternProperties} entry. */
    private record Pattern(TextSet names, Conjunction value) {}

    /** Names that meet the same patterns; {@code matched}: at least one. */
    private record Group(TextSet names, Conjunction value, boolean matched) {}

    private final KeywordValues keywords;
    private final SchemaReader children;
    private final WorkBudget budget;
    private final SchemaLimits limits;

    ObjectReader(KeywordValues keywords, SchemaReader children, WorkBudget budget, SchemaLimits limits) {
        this.keywords = keywords;
        this.children = children;
        this.budget = budget;
        this.limits = limits;
    }

    Objects objects() {
        Map<String, Subschema> properties = children.map(keywords, "properties");
        List<Pattern> patterns = patterns();
        Conjunction additional = children.child(keywords, "additionalProperties")
                .map(Conjunction::of)
                .orElse(Conjunction.ANYTHING);
        List<Others> others = others(patterns, additional);
        Set<String> requiredNames = keywords.texts("required");
        SequencedMap<String, Conjunction> named = new LinkedHashMap<>();
        properties.forEach((name, schema) -> named.put(name, matching(patterns, name, Conjunction.of(schema))));
        requiredNames.forEach(name -> named.computeIfAbsent(name, key -> ofOthers(others, key)));
        if (named.size() > limits.properties()) {
            throw keywords.place(properties.isEmpty() ? "required" : "properties")
                    .tooLarge("%d names; allowed are %d".formatted(named.size(), limits.properties()));
        }
        Least least = keywords.least("minProperties");
        Most most = ShapeReader.ordered(least, keywords.most("maxProperties"));
        return new Objects(
                named,
                required(requiredNames, named, most),
                others,
                nameRules(),
                enough(least, named, others),
                most,
                keywords.place(""));
    }

    private List<Pattern> patterns() {
        List<Pattern> patterns = new ArrayList<>();
        Place place = keywords.place("patternProperties");
        children.map(keywords, "patternProperties").forEach((pattern, schema) -> {
            try {
                patterns.add(
                        new Pattern(TextSet.of(Patterns.language(pattern, place), budget), Conjunction.of(schema)));
            } catch (TooManyStatesException e) {
                throw place.tooLarge("pattern '%s': %s".formatted(pattern, e.problem()));
            }
        });
        return patterns;
    }

    private static Conjunction matching(List<Pattern> patterns, String name, Conjunction own) {
        Conjunction all = own;
        for (Pattern pattern : patterns) {
            if (pattern.names().contains(name)) {
                all = all.and(pattern.value());
            }
        }
        return all;
    }

    private static Conjunction ofOthers(List<Others> others, String name) {
        return others.stream()
                .filter(group -> group.names().contains(name))
                .map(Others::value)
                .findFirst()
                .orElse(Conjunction.NOTHING);
    }

    /** Splits all names by the patterns that they meet; who meets none falls to {@code additionalProperties}. */
    private List<Others> others(List<Pattern> patterns, Conjunction additional) {
        List<Group> groups = List.of(new Group(TextSet.ALL, Conjunction.ANYTHING, false));
        for (Pattern pattern : patterns) {
            groups = split(groups, pattern);
        }
        return groups.stream()
                .map(group -> new Others(group.names(), group.matched() ? group.value() : additional))
                .filter(group -> !group.value().isNothing())
                .toList();
    }

    private List<Group> split(List<Group> groups, Pattern pattern) {
        List<Group> split = new ArrayList<>();
        try {
            TextSet outside = pattern.names().complement();
            for (Group group : groups) {
                split.add(new Group(
                        group.names().intersect(pattern.names(), budget),
                        group.value().and(pattern.value()),
                        true));
                split.add(new Group(group.names().intersect(outside, budget), group.value(), group.matched()));
            }
        } catch (TooManyStatesException e) {
            throw keywords.place("patternProperties").tooLarge("the patterns together: " + e.problem());
        }
        split.removeIf(group -> group.names().isEmpty());
        if (split.size() > limits.alternatives()) {
            throw keywords.place("patternProperties")
                    .tooLarge("the patterns divide the names into more than %d sets".formatted(limits.alternatives()));
        }
        return split;
    }

    private List<NameRule> nameRules() {
        return children
                .child(keywords, "propertyNames")
                .map(schema -> new NameRule(Conjunction.of(schema), keywords.place("propertyNames")))
                .filter(rule -> !rule.rule().equals(Conjunction.ANYTHING))
                .stream()
                .toList();
    }

    private Map<String, Place> required(Set<String> names, Map<String, Conjunction> named, Most most) {
        Place place = keywords.place("required");
        Map<String, Place> required = new LinkedHashMap<>();
        for (String name : names) {
            if (named.getOrDefault(name, Conjunction.NOTHING).isNothing()) {
                throw place.impossible("property '%s' is required and forbidden".formatted(name));
            }
            required.put(name, place);
        }
        if (!most.admits(required.size())) {
            throw most.place()
                    .impossible("at most %d and %d required properties contradict each other"
                            .formatted(most.count(), required.size()));
        }
        return required;
    }

    private static Least enough(Least least, Map<String, Conjunction> named, List<Others> others) {
        if (others.isEmpty() && least.count() > named.size()) {
            throw least.place()
                    .impossible(
                            "%d properties are required and at most %d allowed".formatted(least.count(), named.size()));
        }
        return least;
    }
}
