package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Variables of one block of the template. Reading looks outwards, setting stays inside: what a loop sets is gone after
 * its iteration.
 */
final class Scope {
    private static final int USUAL_VARIABLES = 8;

    private final @Nullable Scope outer;
    private final Map<String, Value> variables = HashMap.newHashMap(USUAL_VARIABLES);

    /** The outermost scope. */
    Scope() {
        this.outer = null;
    }

    private Scope(Scope outer) {
        this.outer = outer;
    }

    Scope inner() {
        return new Scope(this);
    }

    void set(String name, Value value) {
        variables.put(name, value);
    }

    /** The value of the innermost variable of this name, or an undefined one. */
    Value get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Value value = scope.variables.get(name);
            if (value != null) {
                return value;
            }
        }
        return UndefinedValue.variable(name);
    }
}
