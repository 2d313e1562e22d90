package dev.molink.stagenode.grammar.schema;

import dev.molink.stagenode.grammar.schema.Shape.Arrays;
import dev.molink.stagenode.grammar.schema.Shape.Content;
import dev.molink.stagenode.grammar.schema.Shape.Exactly;
import dev.molink.stagenode.grammar.schema.Shape.Least;
import dev.molink.stagenode.grammar.schema.Shape.Most;
import dev.molink.stagenode.grammar.schema.Shape.NameRule;
import dev.molink.stagenode.grammar.schema.Shape.Numbers;
import dev.molink.stagenode.grammar.schema.Shape.Objects;
import dev.molink.stagenode.grammar.schema.Shape.Others;
import dev.molink.stagenode.grammar.schema.Shape.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The values that are in both of two shapes. Empty where that follows from the shapes themselves; whether a list or object
 * is impossible because of what it holds is asked by {@link Disjointness} and {@link Productivity}.
 */
final class ShapeIntersection {

    private final Membership membership;
    private final WorkBudget budget;

    ShapeIntersection(Membership membership, WorkBudget budget) {
        this.membership = membership;
        this.budget = budget;
    }

    Optional<Shape> of(Shape left, Shape right) {
        if (left instanceof Exactly exactly) {
            return membership.contains(right, exactly.value()) ? Optional.of(left) : Optional.empty();
        }
        if (right instanceof Exactly) {
            return of(right, left);
        }
        return switch (left) {
            case Numbers a when right instanceof Numbers b -> both(a, b);
            case Texts a when right instanceof Texts b -> both(a, b);
            case Arrays a when right instanceof Arrays b -> both(a, b);
            case Objects a when right instanceof Objects b -> both(a, b);
            case Exactly _, Numbers _, Texts _, Arrays _, Objects _ -> Optional.empty();
        };
    }

    private static Optional<Shape> both(Numbers left, Numbers right) {
        Numbers both = NumberRanges.intersection(left, right);
        return NumberRanges.isEmpty(both) ? Optional.empty() : Optional.of(both);
    }

    private static Optional<Shape> both(Texts left, Texts right) {
        Least least = left.least().max(right.least());
        Most most = left.most().min(right.most());
        List<Content> contents = union(left.contents(), right.contents());
        return most.admits(least.count()) ? Optional.of(new Texts(least, most, contents)) : Optional.empty();
    }

    private static Optional<Shape> both(Arrays left, Arrays right) {
        Least least = left.least().max(right.least());
        Most most = left.most().min(right.most());
        List<Conjunction> prefix = new ArrayList<>();
        for (int i = 0; i < Math.max(left.prefix().size(), right.prefix().size()); i++) {
            prefix.add(left.element(i).and(right.element(i)));
        }
        Arrays both = new Arrays(prefix, left.rest().and(right.rest()), least, most);
        return most.admits(least.count()) ? Optional.of(both) : Optional.empty();
    }

    private Optional<Shape> both(Objects left, Objects right) {
        if (left.equals(Objects.ALL) || right.equals(Objects.ALL)) {
            return Optional.of(left.equals(Objects.ALL) ? right : left);
        }
        Least least = left.least().max(right.least());
        Most most = left.most().min(right.most());
        SequencedMap<String, Conjunction> named = new LinkedHashMap<>();
        left.named().forEach((name, value) -> named.put(name, value.and(right.member(name))));
        right.named().forEach((name, value) -> named.putIfAbsent(name, value.and(left.member(name))));
        Map<String, Place> required = new LinkedHashMap<>(left.required());
        right.required().forEach(required::putIfAbsent);
        boolean isEmpty = !most.admits(Math.max(least.count(), required.size()))
                || required.keySet().stream()
                        .anyMatch(name ->
                                named.getOrDefault(name, Conjunction.NOTHING).isNothing());
        if (isEmpty) {
            return Optional.empty();
        }
        List<NameRule> nameRules = union(left.nameRules(), right.nameRules());
        List<Others> others = others(left, right);
        return Optional.of(new Objects(named, required, others, nameRules, least, most, left.origin()));
    }

    private List<Others> others(Objects left, Objects right) {
        List<Others> others = new ArrayList<>();
        try {
            for (Others a : left.others()) {
                for (Others b : right.others()) {
                    TextSet names = a.names().intersect(b.names(), budget);
                    if (!names.isEmpty()) {
                        others.add(new Others(names, a.value().and(b.value())));
                    }
                }
            }
        } catch (TooManyStatesException e) {
            throw left.place("additionalProperties").tooLarge("the names of members: " + e.problem());
        }
        return others;
    }

    private static <T> List<T> union(List<T> left, List<T> right) {
        List<T> union = new ArrayList<>(left);
        right.stream().filter(element -> !union.contains(element)).forEach(union::add);
        return union;
    }
}
