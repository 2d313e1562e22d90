package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.Shape.Arrays;
import dev.molink.stagenode.grammar.schema.Shape.Bound;
import dev.molink.stagenode.grammar.schema.Shape.Content;
import dev.molink.stagenode.grammar.schema.Shape.Exactly;
import dev.molink.stagenode.grammar.schema.Shape.Least;
import dev.molink.stagenode.grammar.schema.Shape.Most;
import dev.molink.stagenode.grammar.schema.Shape.Numbers;
import dev.molink.stagenode.grammar.schema.Shape.Step;
import dev.molink.stagenode.grammar.schema.Shape.Texts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/** Reads what the keywords of one schema say about each kind of value, and refuses what contradicts itself there. */
final class ShapeReader {

    /** A bound of numbers as it is told apart by the keywords. */
    private record Range(Optional<Bound> low, Optional<Bound> high) {}

    private final KeywordValues keywords;
    private final SchemaReader children;
    private final WorkBudget budget;
    private final SchemaLimits limits;

    ShapeReader(KeywordValues keywords, SchemaReader children, WorkBudget budget, SchemaLimits limits) {
        this.keywords = keywords;
        this.children = children;
        this.budget = budget;
        this.limits = limits;
    }

    /** One shape for each kind of value that {@code type} allows. */
    List<Shape> shapes() {
        Numbers numbers = numbers();
        Texts texts = texts();
        Arrays arrays = arrays();
        Shape.Objects objects = new ObjectReader(keywords, children, budget, limits).objects();
        List<String> types =
                keywords.has("type") ? types() : List.of("null", "boolean", "number", "string", "array", "object");
        List<Shape> shapes = new ArrayList<>();
        for (String type : types) {
            switch (type) {
                case "null" -> shapes.add(new Exactly(JsonNodeFactory.instance.nullNode()));
                case "boolean" -> {
                    shapes.add(new Exactly(JsonNodeFactory.instance.booleanNode(false)));
                    shapes.add(new Exactly(JsonNodeFactory.instance.booleanNode(true)));
                }
                case "integer" -> shapes.add(integers(numbers));
                case "number" -> shapes.add(numbers);
                case "string" -> shapes.add(texts);
                case "array" -> shapes.add(arrays);
                case "object" -> shapes.add(objects);
                default ->
                    throw keywords.place("type")
                            .malformed(("there is no type '%s'; allowed are null, boolean, integer, number, string,"
                                            + " array, object")
                                    .formatted(type));
            }
        }
        return shapes;
    }

    /** The types without doubles; {@code integer} beside {@code number} says nothing. */
    private List<String> types() {
        List<String> types = new ArrayList<>(keywords.textOrTexts("type"));
        if (types.isEmpty()) {
            throw keywords.place("type").malformed("the list is empty; allowed is one type or more");
        }
        if (types.contains("number")) {
            types.remove("integer");
        }
        return types;
    }

    private Numbers numbers() {
        Range range = new Range(
                NumberRanges.either(bound("minimum", false), bound("exclusiveMinimum", true), NumberRanges::higher),
                NumberRanges.either(bound("maximum", false), bound("exclusiveMaximum", true), NumberRanges::lower));
        return possible(new Numbers(range.low(), range.high(), step()), "number");
    }

    private Numbers integers(Numbers numbers) {
        Step one = new Step(BigDecimal.ONE, keywords.place("type"));
        Step step = numbers.step().map(given -> NumberRanges.common(given, one)).orElse(one);
        return possible(new Numbers(numbers.low(), numbers.high(), Optional.of(step)), "integer");
    }

    private Numbers possible(Numbers numbers, String kind) {
        if (NumberRanges.isEmpty(numbers)) {
            Place place = numbers.high().orElseThrow().place();
            throw place.impossible("no %s lies within the bounds".formatted(kind));
        }
        return numbers;
    }

    private Optional<Bound> bound(String keyword, boolean open) {
        return keywords.number(keyword).map(value -> new Bound(value, open, keywords.place(keyword)));
    }

    private Optional<Step> step() {
        Optional<BigDecimal> divisor = keywords.number("multipleOf");
        if (divisor.isPresent() && divisor.get().signum() <= 0) {
            throw keywords.place("multipleOf")
                    .malformed("%s is no divisor; allowed is a number above 0"
                            .formatted(divisor.get().toPlainString()));
        }
        return divisor.map(value -> new Step(value, keywords.place("multipleOf")));
    }

    private Texts texts() {
        Least least = keywords.least("minLength");
        Most most = ordered(least, keywords.most("maxLength"));
        List<Content> contents = new ArrayList<>();
        keywords.text("pattern").ifPresent(pattern -> {
            Place place = keywords.place("pattern");
            contents.add(new Content(Patterns.language(pattern, place), place));
        });
        keywords.text("format").ifPresent(format -> {
            Place place = keywords.place("format");
            contents.add(new Content(Formats.language(format, place), place));
        });
        return new Texts(least, most, contents);
    }

    private Arrays arrays() {
        Least least = keywords.least("minItems");
        Most most = ordered(least, keywords.most("maxItems"));
        if (keywords.flag("uniqueItems").orElse(false)) {
            throw keywords.place("uniqueItems")
                    .unsupported("elements cannot be compared with each other; allowed is false");
        }
        if (keywords.any("items").filter(node -> node.isArray()).isPresent()) {
            throw keywords.place("items").unsupported("a list of schemas is called 'prefixItems'");
        }
        List<Conjunction> prefix = new ArrayList<>();
        children.list(keywords, "prefixItems").forEach(schema -> prefix.add(Conjunction.of(schema)));
        Conjunction rest =
                children.child(keywords, "items").map(Conjunction::of).orElse(Conjunction.ANYTHING);
        if (rest.isNothing() && least.count() > prefix.size()) {
            throw least.place()
                    .impossible(
                            "%d elements are required and at most %d allowed".formatted(least.count(), prefix.size()));
        }
        return new Arrays(prefix, rest, least, most);
    }

    static Most ordered(Least least, Most most) {
        if (!most.admits(least.count())) {
            throw most.place()
                    .impossible("at most %d and at least %d ('%s') contradict each other"
                            .formatted(
                                    most.count(), least.count(), least.place().keyword()));
        }
        return most;
    }
}
