package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.Shape.Arrays;
import dev.molink.stagenode.grammar.schema.Shape.Exactly;
import dev.molink.stagenode.grammar.schema.Shape.Numbers;
import dev.molink.stagenode.grammar.schema.Shape.Objects;
import dev.molink.stagenode.grammar.schema.Shape.Texts;
import dev.molink.stagenode.grammar.schema.ShapeExpander.Branches;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Proves that the branches of a {@code oneOf} exclude each other, so that it means the same as {@code anyOf}. Two shapes
 * exclude each other when their intersection is empty: by kind of value, by range, by text, or by a required member or
 * element for which that holds in turn, such as a discriminator of two {@code const}s.
 */
final class Disjointness {

    private final ShapeExpander expander;
    private final TextSets textSets;
    /** Being asked about: asked again further in, nothing is proven. */
    private final Set<Conjunction> open = new HashSet<>();

    Disjointness(ShapeExpander expander, TextSets textSets) {
        this.expander = expander;
        this.textSets = textSets;
    }

    void check(Branches oneOf) {
        List<List<Shape>> branches = oneOf.branches();
        for (int left = 0; left < branches.size(); left++) {
            for (int right = left + 1; right < branches.size(); right++) {
                if (!areDisjoint(branches.get(left), branches.get(right))) {
                    throw oneOf.place()
                            .unsupported(("branches %d and %d are not proven to exclude each other; give them different"
                                            + " types or a required property with different 'const', or write 'anyOf'")
                                    .formatted(left, right));
                }
            }
        }
    }

    private boolean areDisjoint(List<Shape> left, List<Shape> right) {
        return left.stream()
                .allMatch(a -> right.stream()
                        .allMatch(b -> expander.intersection()
                                .of(a, b)
                                .map(this::isEmpty)
                                .orElse(true)));
    }

    /** Whether no value is proven to satisfy the schemas. */
    private boolean isEmpty(Conjunction conjunction) {
        if (conjunction.schemas().isEmpty() || !open.add(conjunction)) {
            return false;
        }
        boolean empty = expander.shapes(conjunction).stream().allMatch(this::isEmpty);
        open.remove(conjunction);
        return empty;
    }

    private boolean isEmpty(Shape shape) {
        return switch (shape) {
            case Exactly _, Numbers _ -> false;
            case Texts texts -> isEmpty(texts);
            case Arrays arrays -> isEmpty(arrays);
            case Objects objects ->
                objects.required().keySet().stream().anyMatch(name -> isEmpty(objects.member(name)));
        };
    }

    private boolean isEmpty(Texts texts) {
        return !texts.contents().isEmpty() && textSets.of(texts).isEmpty();
    }

    private boolean isEmpty(Arrays arrays) {
        int required = Math.min(arrays.least().count(), arrays.prefix().size() + 1);
        for (int i = 0; i < required; i++) {
            if (isEmpty(arrays.element(i))) {
                return true;
            }
        }
        return false;
    }
}
