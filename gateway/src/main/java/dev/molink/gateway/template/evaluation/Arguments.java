package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.value.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a call passes.
 *
 * @param positional values by position
 * @param keywords values by name, in order
 */
record Arguments(List<Value> positional, Map<String, Value> keywords) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    Arguments {
        positional = List.copyOf(positional);
        keywords = keywords.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(keywords));
    }

    static Arguments of(Value... positional) {
        return new Arguments(List.of(positional), Map.of());
    }

    boolean isEmpty() {
        return positional.isEmpty() && keywords.isEmpty();
    }

    /** All but the first positional ones. */
    Arguments from(int first) {
        return new Arguments(positional.subList(first, positional.size()), keywords);
    }

    /** The same with one more keyword. */
    Arguments with(String name, Value value) {
        var more = new LinkedHashMap<>(keywords);
        more.put(name, value);
        return new Arguments(positional, more);
    }
}
