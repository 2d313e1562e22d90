package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.value.Value;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of a filter, a test, a function or a method. */
final class Signature {
    /** Takes whatever is passed. */
    static final Signature ANY = new Signature(List.of(), 0, true, true);

    private final List<String> names;
    private final int required;
    private final boolean byName;
    private final boolean any;

    private Signature(List<String> names, int required, boolean byName, boolean any) {
        this.names = names;
        this.required = required;
        this.byName = byName;
        this.any = any;
    }

    /** Parameters that may be passed by position or name; a question mark ends the names of optional ones. */
    static Signature of(String... parameters) {
        return of(true, parameters);
    }

    /** As {@link #of(String...)}, by position only. */
    static Signature positional(String... parameters) {
        return of(false, parameters);
    }

    private static Signature of(boolean byName, String... parameters) {
        int required = (int) Arrays.stream(parameters)
                .takeWhile(parameter -> !parameter.endsWith("?"))
                .count();
        List<String> names = Arrays.stream(parameters)
                .map(parameter -> parameter.replace("?", ""))
                .toList();
        return new Signature(names, required, byName, false);
    }

    /** Gives each argument to its parameter; fails when they do not fit. */
    Bound bind(String function, Arguments arguments) {
        if (any) {
            return new Bound(function, new Value[0], arguments);
        }
        @Nullable Value[] values = new Value[names.size()];
        if (arguments.positional().size() > values.length) {
            throw new TemplateEvaluationException(function + "() takes at most " + values.length + " argument(s), but "
                    + arguments.positional().size() + " were given");
        }
        for (int i = 0; i < arguments.positional().size(); i++) {
            values[i] = arguments.positional().get(i);
        }
        arguments.keywords().forEach((name, value) -> bindKeyword(function, values, name, value));
        for (int i = 0; i < required; i++) {
            if (values[i] == null) {
                throw new TemplateEvaluationException(function + "() is missing the argument '" + names.get(i) + "'");
            }
        }
        return new Bound(function, values, arguments);
    }

    private void bindKeyword(String function, @Nullable Value[] values, String name, Value value) {
        int index = byName ? names.indexOf(name) : -1;
        if (index < 0) {
            throw new TemplateEvaluationException(function + "() got an unexpected keyword argument '" + name + "'");
        }
        if (values[index] != null) {
            throw new TemplateEvaluationException(function + "() got multiple values for argument '" + name + "'");
        }
        values[index] = value;
    }
}
