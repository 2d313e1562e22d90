package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.Elements;
import dev.molink.gateway.template.value.Equality;
import dev.molink.gateway.template.value.HashKey;
import dev.molink.gateway.template.value.IntegerValue;
import dev.molink.gateway.template.value.Lazily;
import dev.molink.gateway.template.value.ListValue;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.Ordering;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** Filters that compare the elements of a collection; by default they ignore the case of strings. */
final class OrderFilters {
    private static final List<String> GROUP_NAMES = List.of("grouper", "list");

    static final List<Filter> FILTERS = List.of(
            new Filter("sort", Signature.of("reverse?", "case_sensitive?", "attribute?"), OrderFilters::sort),
            new Filter("dictsort", Signature.of("case_sensitive?", "by?", "reverse?"), OrderFilters::sortDict),
            new Filter("unique", Signature.of("case_sensitive?", "attribute?"), OrderFilters::unique),
            new Filter("groupby", Signature.of("attribute", "default?", "case_sensitive?"), OrderFilters::group),
            new Filter(
                    "min",
                    Signature.of("case_sensitive?", "attribute?"),
                    (input, arguments, rendering) -> extreme(input, arguments, rendering, -1)),
            new Filter(
                    "max",
                    Signature.of("case_sensitive?", "attribute?"),
                    (input, arguments, rendering) -> extreme(input, arguments, rendering, 1)));

    /** An element and what it is compared by. */
    private record Keyed(Value key, Value element) {}

    private OrderFilters() {}

    private static List<Keyed> keyed(Value input, Function<Value, Value> key, Rendering rendering) {
        var keyed = new ArrayList<Keyed>();
        for (Value element : Elements.of(input, rendering.budget())) {
            rendering.budget().allocateElements(1);
            keyed.add(new Keyed(key.apply(element), element));
        }
        return keyed;
    }

    private static List<Keyed> sorted(Value input, Function<Value, Value> key, boolean reverse, Rendering rendering) {
        List<Keyed> keyed = keyed(input, key, rendering);
        Comparator<Keyed> order = (left, right) -> Ordering.compare(left.key(), right.key(), rendering.budget());
        keyed.sort(reverse ? order.reversed() : order);
        return keyed;
    }

    private static Value list(List<Keyed> keyed) {
        return new ListValue(keyed.stream().map(Keyed::element).toList());
    }

    private static Value sort(Value input, Bound arguments, Rendering rendering) {
        boolean caseSensitive = arguments.flag(1, false);
        List<AttributePath> paths = AttributePath.several(arguments.get(2));
        Function<Value, Value> key = element -> AttributePath.keys(paths, element, caseSensitive, rendering);
        return list(sorted(input, key, arguments.flag(0, false), rendering));
    }

    private static Value sortDict(Value input, Bound arguments, Rendering rendering) {
        if (input instanceof UndefinedValue undefined) {
            throw undefined.failure();
        }
        if (!(input instanceof DictValue dict)) {
            throw new TemplateEvaluationException("dictsort takes a dict, not '" + input.typeName() + "'");
        }
        int position = switch (arguments.text(1, "key")) {
            case "key" -> 0;
            case "value" -> 1;
            default -> throw new TemplateEvaluationException("You can only sort by either \"key\" or \"value\"");
        };
        boolean caseSensitive = arguments.flag(0, false);
        AttributePath path = AttributePath.of(IntegerValue.of(position), NoneValue.NONE);
        var pairs = new ListValue(
                dict.entries().stream().<Value>map(DictValue.Entry::toTuple).toList());
        Function<Value, Value> key = pair -> path.key(pair, caseSensitive, rendering);
        return list(sorted(pairs, key, arguments.flag(2, false), rendering));
    }

    private static Value unique(Value input, Bound arguments, Rendering rendering) {
        boolean caseSensitive = arguments.flag(0, false);
        AttributePath path = AttributePath.of(arguments.get(1), NoneValue.NONE);
        return Lazily.generator(() -> {
            var seen = new HashSet<Object>();
            Iterator<Value> elements = Elements.iterator(input, rendering.budget());
            return Lazily.filtered(
                    elements,
                    element -> seen.add(HashKey.of(path.key(element, caseSensitive, rendering), rendering.budget())));
        });
    }

    private static Value group(Value input, Bound arguments, Rendering rendering) {
        boolean caseSensitive = arguments.flag(2, false);
        AttributePath path = AttributePath.of(arguments.get(0), arguments.get(1));
        List<Keyed> keyed = sorted(input, element -> path.key(element, caseSensitive, rendering), false, rendering);
        var groups = new ArrayList<Value>();
        int start = 0;
        while (start < keyed.size()) {
            int end = start + 1;
            while (end < keyed.size() && sameKey(keyed.get(start), keyed.get(end), rendering)) {
                end++;
            }
            List<Keyed> group = keyed.subList(start, end);
            Value name = path.resolve(group.getFirst().element(), rendering);
            groups.add(new TupleValue(List.of(name, list(group)), GROUP_NAMES));
            start = end;
        }
        return new ListValue(groups);
    }

    private static boolean sameKey(Keyed left, Keyed right, Rendering rendering) {
        return Equality.equal(left.key(), right.key(), rendering.budget());
    }

    /** The first of the greatest elements in the given direction. */
    private static Value extreme(Value input, Bound arguments, Rendering rendering, int direction) {
        boolean caseSensitive = arguments.flag(0, false);
        AttributePath path = AttributePath.of(arguments.get(1), NoneValue.NONE);
        List<Keyed> keyed = keyed(input, element -> path.key(element, caseSensitive, rendering), rendering);
        if (keyed.isEmpty()) {
            return new UndefinedValue("No aggregated item, sequence was empty.");
        }
        Keyed best = keyed.getFirst();
        for (Keyed candidate : keyed.subList(1, keyed.size())) {
            if (direction * Ordering.compare(candidate.key(), best.key(), rendering.budget()) > 0) {
                best = candidate;
            }
        }
        return best.element();
    }
}
