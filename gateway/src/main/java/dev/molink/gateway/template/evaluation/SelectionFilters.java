package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.Elements;
import dev.molink.gateway.template.value.Lazily;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.Value;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Filters that apply another filter or a test to each element, when it is asked for. */
final class SelectionFilters {
    private static final String ATTRIBUTE = "attribute";
    private static final String DEFAULT = "default";

    static final List<Filter> FILTERS = List.of(
            new Filter("map", Signature.ANY, SelectionFilters::map),
            new Filter(
                    "select",
                    Signature.ANY,
                    (input, arguments, rendering) -> select(input, arguments, rendering, true)),
            new Filter(
                    "reject",
                    Signature.ANY,
                    (input, arguments, rendering) -> select(input, arguments, rendering, false)),
            new Filter(
                    "selectattr",
                    Signature.ANY,
                    (input, arguments, rendering) -> selectByAttribute(input, arguments, rendering, true)),
            new Filter(
                    "rejectattr",
                    Signature.ANY,
                    (input, arguments, rendering) -> selectByAttribute(input, arguments, rendering, false)));

    private SelectionFilters() {}

    private static Value map(Value input, Bound bound, Rendering rendering) {
        return whenAny(input, rendering, elements -> Lazily.mapped(elements, mapping(bound.all(), rendering)));
    }

    /** Nothing is checked, and so nothing fails, for an empty input. */
    private static Value whenAny(Value input, Rendering rendering, UnaryOperator<Iterator<Value>> change) {
        return Lazily.generator(() -> input.isTrue()
                ? change.apply(Elements.iterator(input, rendering.budget()))
                : Collections.emptyIterator());
    }

    private static Function<Value, Value> mapping(Arguments arguments, Rendering rendering) {
        if (arguments.positional().isEmpty() && arguments.keywords().containsKey(ATTRIBUTE)) {
            return attributeMapping(arguments, rendering);
        }
        if (arguments.positional().isEmpty()) {
            throw new TemplateEvaluationException("map requires a filter argument");
        }
        Filter filter = Filters.require(name(arguments.positional().getFirst(), "filter"));
        Arguments further = arguments.from(1);
        return element -> filter.apply(element, further, rendering);
    }

    private static Function<Value, Value> attributeMapping(Arguments arguments, Rendering rendering) {
        if (!Set.of(ATTRIBUTE, DEFAULT).containsAll(arguments.keywords().keySet())) {
            throw new TemplateEvaluationException("map by attribute takes 'attribute' and 'default' only");
        }
        Value attribute = arguments.keywords().getOrDefault(ATTRIBUTE, NoneValue.NONE);
        AttributePath path = AttributePath.of(attribute, arguments.keywords().getOrDefault(DEFAULT, NoneValue.NONE));
        return element -> path.resolve(element, rendering);
    }

    private static Value select(Value input, Bound bound, Rendering rendering, boolean accepted) {
        return whenAny(input, rendering, elements -> {
            Predicate<Value> test = test(bound.all(), rendering);
            return Lazily.filtered(elements, element -> test.test(element) == accepted);
        });
    }

    private static Value selectByAttribute(Value input, Bound bound, Rendering rendering, boolean accepted) {
        return whenAny(input, rendering, elements -> {
            Arguments arguments = bound.all();
            if (arguments.positional().isEmpty()) {
                throw new TemplateEvaluationException("Missing parameter for attribute name");
            }
            AttributePath path = AttributePath.of(arguments.positional().getFirst(), NoneValue.NONE);
            Predicate<Value> test = test(arguments.from(1), rendering);
            return Lazily.filtered(elements, element -> test.test(path.resolve(element, rendering)) == accepted);
        });
    }

    /** The test that the first argument names; without arguments whether the element is true. */
    private static Predicate<Value> test(Arguments arguments, Rendering rendering) {
        if (arguments.positional().isEmpty()) {
            return Value::isTrue;
        }
        Test test = Tests.require(name(arguments.positional().getFirst(), "test"));
        Arguments further = arguments.from(1);
        return element -> test.accepts(element, further, rendering);
    }

    private static String name(Value name, String kind) {
        if (name instanceof StringValue string) {
            return string.text();
        }
        throw new TemplateEvaluationException("the name of a " + kind + " is a string, not '" + name.typeName() + "'");
    }
}
