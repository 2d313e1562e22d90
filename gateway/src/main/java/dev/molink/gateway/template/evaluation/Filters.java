package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All filters by name. */
final class Filters {
    private static final Map<String, Filter> BY_NAME = new HashMap<>();

    static {
        List.of(
                        TextFilters.FILTERS,
                        LayoutFilters.FILTERS,
                        MarkupFilters.FILTERS,
                        NumberFilters.FILTERS,
                        SequenceFilters.FILTERS,
                        OrderFilters.FILTERS,
                        SelectionFilters.FILTERS)
                .forEach(group -> group.forEach(filter -> BY_NAME.put(filter.name(), filter)));
        alias("count", "length");
        alias("d", "default");
        alias("e", "escape");
    }

    private Filters() {}

    private static void alias(String name, String original) {
        Filter filter = require(original);
        BY_NAME.put(name, new Filter(name, filter.signature(), filter.body()));
    }

    static Set<String> names() {
        return Set.copyOf(BY_NAME.keySet());
    }

    static @Nullable Filter find(String name) {
        return BY_NAME.get(name);
    }

    /** The filter of this name; fails when there is none. */
    static Filter require(String name) {
        Filter filter = BY_NAME.get(name);
        if (filter == null) {
            throw new TemplateEvaluationException("No filter named '" + name + "'.");
        }
        return filter;
    }

    /** The input of a filter that only takes strings. */
    static StringValue requireString(Value input, String filter) {
        return switch (input) {
            case StringValue string -> string;
            case UndefinedValue undefined -> throw undefined.failure();
            default ->
                throw new TemplateEvaluationException(
                        "the filter '" + filter + "' takes a string, not '" + input.typeName() + "'");
        };
    }
}
