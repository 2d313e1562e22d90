package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.Shape.Exactly;
import dev.molink.stagenode.grammar.schema.Subschema.Values;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Multiplies a schema out into {@link Shape}s: a value satisfies it exactly when it is in one of them. Whether the
 * branches of a {@code oneOf} exclude each other is asked later ({@link #nextOneOf}), when all of them are known. Used by
 * one thread.
 */
final class ShapeExpander {

    /** Branches of a {@code oneOf}, each with what stands beside it multiplied in. */
    record Branches(List<List<Shape>> branches, Place place) {}

    private final References references;
    private final SchemaLimits limits;
    private final ShapeIntersection intersection;
    private final Membership membership;
    private final Map<Subschema, List<Shape>> bySchema = new HashMap<>();
    private final Map<Conjunction, List<Shape>> byConjunction = new HashMap<>();
    private final Set<Subschema> expanding = new LinkedHashSet<>();
    private final Deque<Branches> unproven = new ArrayDeque<>();
    private final Map<Subschema, Place> deadEnds = new HashMap<>();

    ShapeExpander(References references, SchemaLimits limits, WorkBudget budget) {
        this.references = references;
        this.limits = limits;
        this.membership = new Membership(this, budget);
        this.intersection = new ShapeIntersection(membership, budget);
    }

    Membership membership() {
        return membership;
    }

    ShapeIntersection intersection() {
        return intersection;
    }

    /** A {@code oneOf} whose branches nobody has compared yet. */
    Optional<Branches> nextOneOf() {
        return Optional.ofNullable(unproven.poll());
    }

    /** The keyword that left a schema without any value. */
    Optional<Place> deadEnd(Subschema schema) {
        return Optional.ofNullable(deadEnds.get(schema));
    }

    /** The shapes of the values that satisfy all schemas; none: there is no such value. */
    List<Shape> shapes(Conjunction conjunction) {
        List<Shape> known = byConjunction.get(conjunction);
        if (known != null) {
            return known;
        }
        if (byConjunction.size() == limits.combinations()) {
            throw new Place("", "").tooLarge("more than %d combinations of schemas".formatted(limits.combinations()));
        }
        List<Shape> shapes = Shape.ANYTHING;
        for (Subschema schema : conjunction.schemas()) {
            shapes = both(shapes, shapes(schema), schema.place(""));
        }
        byConjunction.put(conjunction, shapes);
        return shapes;
    }

    private List<Shape> shapes(Subschema schema) {
        List<Shape> known = bySchema.get(schema);
        if (known != null) {
            return known;
        }
        if (!expanding.add(schema)) {
            throw schema.place(schema.reference().isPresent() ? "$ref" : "")
                    .impossible("the schema comes back to itself without any value in between");
        }
        List<Shape> shapes = expand(schema);
        expanding.remove(schema);
        bySchema.put(schema, shapes);
        return shapes;
    }

    private List<Shape> expand(Subschema schema) {
        List<Shape> shapes = schema.base();
        for (Values values : schema.values()) {
            shapes = allowed(values, shapes);
        }
        if (schema.reference().isPresent()) {
            Place place = schema.place("$ref");
            shapes = noted(both(shapes, shapes(referred(schema)), place), schema, place);
        }
        for (Subschema part : schema.allOf()) {
            Place place = schema.place("allOf");
            shapes = noted(both(shapes, shapes(part), place), schema, place);
        }
        if (!schema.anyOf().isEmpty()) {
            Place place = schema.place("anyOf");
            shapes = noted(joined(branches(shapes, schema.anyOf(), place), place), schema, place);
        }
        if (!schema.oneOf().isEmpty()) {
            Place place = schema.place("oneOf");
            List<List<Shape>> branches = branches(shapes, schema.oneOf(), place);
            unproven.add(new Branches(branches, place));
            shapes = noted(joined(branches, place), schema, place);
        }
        return shapes;
    }

    private List<Shape> noted(List<Shape> shapes, Subschema schema, Place place) {
        if (shapes.isEmpty()) {
            deadEnds.putIfAbsent(schema, place);
        }
        return shapes;
    }

    private Subschema referred(Subschema schema) {
        Subschema target = references.find(schema.reference().orElseThrow());
        long chain =
                expanding.stream().filter(open -> open.reference().isPresent()).count();
        if (chain > limits.references()) {
            throw schema.place("$ref")
                    .tooLarge("more than %d references lead from one to the next".formatted(limits.references()));
        }
        return target;
    }

    private List<Shape> allowed(Values values, List<Shape> shapes) {
        List<Shape> allowed = values.allowed().stream()
                .filter(value -> shapes.stream().anyMatch(shape -> membership.contains(shape, value)))
                .<Shape>map(Exactly::new)
                .toList();
        if (allowed.isEmpty()) {
            throw values.place().impossible("no allowed value satisfies the keywords beside it");
        }
        return allowed;
    }

    private List<List<Shape>> branches(List<Shape> shapes, List<Subschema> schemas, Place place) {
        return schemas.stream()
                .map(schema -> both(shapes, shapes(schema), place))
                .toList();
    }

    private List<Shape> joined(List<List<Shape>> branches, Place place) {
        return checked(branches.stream().flatMap(List::stream).distinct().toList(), place);
    }

    private List<Shape> both(List<Shape> left, List<Shape> right, Place place) {
        List<Shape> both = new ArrayList<>();
        for (Shape a : left) {
            for (Shape b : right) {
                intersection.of(a, b).ifPresent(both::add);
            }
        }
        return checked(both, place);
    }

    private List<Shape> checked(List<Shape> shapes, Place place) {
        long kinds =
                shapes.stream().filter(shape -> !(shape instanceof Exactly)).count();
        if (kinds > limits.alternatives() || shapes.size() > limits.alternatives() + limits.enumValues()) {
            throw place.tooLarge("%d alternatives; allowed are %d".formatted(shapes.size(), limits.alternatives()));
        }
        return shapes;
    }
}
