package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.Shape.Arrays;
import dev.molink.stagenode.grammar.schema.Shape.Content;
import dev.molink.stagenode.grammar.schema.Shape.Exactly;
import dev.molink.stagenode.grammar.schema.Shape.NameRule;
import dev.molink.stagenode.grammar.schema.Shape.Numbers;
import dev.molink.stagenode.grammar.schema.Shape.Objects;
import dev.molink.stagenode.grammar.schema.Shape.Texts;
import java.util.IdentityHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Tells whether one JSON value satisfies a shape: how the values of {@code enum} and {@code const} are sifted. */
final class Membership {

    private final ShapeExpander expander;
    private final WorkBudget budget;
    /** By identity of the keyword, so that a pattern is made an automaton once. */
    private final IdentityHashMap<Content, TextSet> contents = new IdentityHashMap<>();

    Membership(ShapeExpander expander, WorkBudget budget) {
        this.expander = expander;
        this.budget = budget;
    }

    boolean contains(Conjunction conjunction, JsonNode value) {
        return conjunction.schemas().isEmpty()
                || expander.shapes(conjunction).stream().anyMatch(shape -> contains(shape, value));
    }

    boolean contains(Shape shape, JsonNode value) {
        return switch (shape) {
            case Exactly exactly -> JsonValues.equal(exactly.value(), value);
            case Numbers numbers -> value.isNumber() && NumberRanges.contains(numbers, value.decimalValue());
            case Texts texts -> value.isString() && contains(texts, value.stringValue());
            case Arrays arrays -> value.isArray() && containsElements(arrays, value);
            case Objects objects -> value.isObject() && containsMembers(objects, value);
        };
    }

    private boolean contains(Texts texts, String text) {
        int length = text.codePointCount(0, text.length());
        return length >= texts.least().count()
                && texts.most().admits(length)
                && texts.contents().stream().allMatch(content -> set(content).contains(text));
    }

    TextSet set(Content content) {
        TextSet known = contents.get(content);
        if (known != null) {
            return known;
        }
        try {
            TextSet set = TextSet.of(content.language(), budget);
            contents.put(content, set);
            return set;
        } catch (TooManyStatesException e) {
            throw content.place().tooLarge(e.problem());
        }
    }

    private boolean containsElements(Arrays arrays, JsonNode list) {
        if (list.size() < arrays.least().count() || !arrays.most().admits(list.size())) {
            return false;
        }
        for (int i = 0; i < list.size(); i++) {
            if (!contains(arrays.element(i), list.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean containsMembers(Objects objects, JsonNode object) {
        if (object.size() < objects.least().count() || !objects.most().admits(object.size())) {
            return false;
        }
        return objects.required().keySet().stream().allMatch(object::has)
                && object.propertyNames().stream()
                        .allMatch(name -> admits(objects, name) && contains(objects.member(name), object.get(name)));
    }

    /** Whether the rules for names allow this one. */
    boolean admits(Objects objects, String name) {
        return objects.nameRules().stream()
                .map(NameRule::rule)
                .allMatch(rule -> contains(rule, StringNode.valueOf(name)));
    }
}
