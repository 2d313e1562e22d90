package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.Shape.Arrays;
import dev.molink.stagenode.grammar.schema.Shape.Exactly;
import dev.molink.stagenode.grammar.schema.Shape.Numbers;
import dev.molink.stagenode.grammar.schema.Shape.Objects;
import dev.molink.stagenode.grammar.schema.Shape.Texts;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Finds the keyword to name when no text satisfies a schema: the first dead end on the way of what is required. */
final class ImpossibleCause {

    private final ShapeExpander expander;
    private final Predicate<Conjunction> isPossible;
    private final Set<Conjunction> seen = new HashSet<>();

    /** @param isPossible whether any text satisfies the schemas */
    ImpossibleCause(ShapeExpander expander, Predicate<Conjunction> isPossible) {
        this.expander = expander;
        this.isPossible = isPossible;
    }

    SchemaRefusedException find(Conjunction impossible) {
        if (!seen.add(impossible)) {
            return endless(impossible)
                    .impossible("a value would have to hold another value of its own kind without end");
        }
        List<Shape> shapes = expander.shapes(impossible);
        if (shapes.isEmpty()) {
            return deadEnd(impossible).impossible("no value satisfies all keywords that meet here");
        }
        return shapes.stream()
                .flatMap(shape -> within(shape).stream())
                .findFirst()
                .orElseGet(() -> first(impossible).impossible("no value satisfies it"));
    }

    private Place deadEnd(Conjunction conjunction) {
        return conjunction.schemas().stream()
                .flatMap(schema -> expander.deadEnd(schema).stream())
                .findFirst()
                .orElseGet(() -> first(conjunction));
    }

    /** The reference that leads back. */
    private static Place endless(Conjunction conjunction) {
        return conjunction.schemas().stream()
                .filter(schema -> schema.reference().isPresent())
                .findFirst()
                .map(schema -> schema.place("$ref"))
                .orElseGet(() -> first(conjunction));
    }

    private static Place first(Conjunction conjunction) {
        return conjunction.schemas().getFirst().place("");
    }

    private Optional<SchemaRefusedException> within(Shape shape) {
        return switch (shape) {
            case Exactly _, Numbers _ -> Optional.empty();
            case Texts texts -> Optional.of(texts.place().impossible("no string satisfies the keywords for strings"));
            case Arrays arrays -> within(arrays);
            case Objects objects -> within(objects);
        };
    }

    private Optional<SchemaRefusedException> within(Arrays arrays) {
        int elements = Math.min(arrays.least().count(), arrays.prefix().size() + 1);
        for (int i = 0; i < elements; i++) {
            if (!isPossible.test(arrays.element(i))) {
                return Optional.of(find(arrays.element(i)));
            }
        }
        return Optional.empty();
    }

    private Optional<SchemaRefusedException> within(Objects objects) {
        for (var required : objects.required().entrySet()) {
            Conjunction member = objects.member(required.getKey());
            if (member.isNothing()) {
                return Optional.of(required.getValue()
                        .impossible("property '%s' is required and forbidden".formatted(required.getKey())));
            }
            if (!isPossible.test(member)) {
                return Optional.of(find(member));
            }
        }
        Place place = objects.least().count() > 0 ? objects.least().place() : objects.origin();
        return Optional.of(place.impossible("no object satisfies the keywords for objects"));
    }
}
