package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.Numbers;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import org.jspecify.annotations.Nullable;

/** Arguments by the index of their parameter. */
final class Bound {
    private final String function;
    private final @Nullable Value[] values;
    private final Arguments all;

    Bound(String function, @Nullable Value[] values, Arguments all) {
        this.function = function;
        this.values = values;
        this.all = all;
    }

    /** The arguments as they were passed. */
    Arguments all() {
        return all;
    }

    /** The argument of a required parameter. */
    Value get(int index) {
        return get(index, NoneValue.NONE);
    }

    Value get(int index, Value absent) {
        Value value = values[index];
        return value == null ? absent : value;
    }

    /** Whether the argument was left away or is None. */
    boolean isNone(int index) {
        return get(index, NoneValue.NONE) == NoneValue.NONE;
    }

    boolean flag(int index, boolean absent) {
        Value value = values[index];
        return value == null ? absent : value.isTrue();
    }

    int integer(int index, int absent) {
        Value value = values[index];
        return value == null ? absent : Numbers.requireIndex(value);
    }

    String text(int index) {
        return requireText(get(index));
    }

    String text(int index, String absent) {
        Value value = values[index];
        return value == null ? absent : requireText(value);
    }

    private String requireText(Value value) {
        return switch (value) {
            case StringValue string -> string.text();
            case UndefinedValue undefined -> throw undefined.failure();
            default ->
                throw new TemplateEvaluationException(
                        function + "() takes a string here, not '" + value.typeName() + "'");
        };
    }
}
