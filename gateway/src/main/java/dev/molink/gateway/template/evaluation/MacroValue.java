package dev.molink.gateway.template.evaluation;

import dev.molink.gateway.template.failure.TemplateEvaluationException;
import dev.molink.gateway.template.syntax.Statement.MacroBody;
import dev.molink.gateway.template.syntax.Statement.Parameter;
import dev.molink.gateway.template.value.BooleanValue;
import dev.molink.gateway.template.value.DictValue;
import dev.molink.gateway.template.value.NoneValue;
import dev.molink.gateway.template.value.StringValue;
import dev.molink.gateway.template.value.TextBuilder;
import dev.molink.gateway.template.value.TupleValue;
import dev.molink.gateway.template.value.UndefinedValue;
import dev.molink.gateway.template.value.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A macro, or the body of a {@code call} block: sees the variables around its definition as they are when it runs. */
final class MacroValue implements CallableValue {
    private static final String CALLER = "caller";

    private final MacroBody macro;
    private final Scope definition;
    private final boolean autoescape;
    private final Evaluator evaluator;
    private final Executor executor;

    MacroValue(MacroBody macro, Scope definition, boolean autoescape, Evaluator evaluator, Executor executor) {
        this.macro = macro;
        this.definition = definition;
        this.autoescape = autoescape;
        this.evaluator = evaluator;
        this.executor = executor;
    }

    @Override
    public Value call(Arguments arguments, Rendering rendering) {
        rendering.budget().enter();
        Scope scope = definition.inner();
        int line = rendering.line();
        boolean callersAutoescape = rendering.autoescape(autoescape);
        bind(arguments, scope);
        TextBuilder out = rendering.text();
        executor.execute(macro.body(), scope, out);
        rendering.autoescape(callersAutoescape);
        rendering.line(line);
        rendering.budget().leave();
        return rendering.captured(out);
    }

    private void bind(Arguments arguments, Scope scope) {
        List<Parameter> parameters = macro.parameters();
        List<Value> positional = arguments.positional();
        Map<String, Value> keywords = new LinkedHashMap<>(arguments.keywords());
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.get(i).name();
            Value value = i < positional.size() ? positional.get(i) : keywords.remove(name);
            scope.set(name, value == null ? notProvided(name) : value);
        }
        if (macro.usesCaller() && !hasParameter(CALLER)) {
            Value caller = keywords.remove(CALLER);
            scope.set(
                    CALLER,
                    caller == null || caller == NoneValue.NONE ? new UndefinedValue("No caller defined") : caller);
        }
        bindRest(positional, keywords, scope);
        setDefaults(positional.size(), arguments.keywords(), scope);
    }

    private static UndefinedValue notProvided(String name) {
        return new UndefinedValue("parameter '" + name + "' was not provided");
    }

    private boolean hasParameter(String name) {
        return macro.parameters().stream()
                .anyMatch(parameter -> parameter.name().equals(name));
    }

    private void bindRest(List<Value> positional, Map<String, Value> keywords, Scope scope) {
        if (macro.usesKwargs()) {
            var kwargs = new DictValue.Builder();
            keywords.forEach(kwargs::put);
            scope.set("kwargs", kwargs.build());
        } else if (!keywords.isEmpty()) {
            String name = keywords.keySet().iterator().next();
            throw new TemplateEvaluationException(
                    "macro '" + macro.name() + "' takes no keyword argument '" + name + "'");
        }
        int taken = Math.min(macro.parameters().size(), positional.size());
        if (macro.usesVarargs()) {
            scope.set("varargs", new TupleValue(positional.subList(taken, positional.size())));
        } else if (taken < positional.size()) {
            throw new TemplateEvaluationException("macro '" + macro.name() + "' takes not more than "
                    + macro.parameters().size() + " argument(s)");
        }
    }

    /** Defaults see the parameters, so they are evaluated when all of those are bound. */
    private void setDefaults(int positional, Map<String, Value> keywords, Scope scope) {
        List<Parameter> parameters = macro.parameters();
        for (int i = positional; i < parameters.size(); i++) {
            Parameter parameter = parameters.get(i);
            if (parameter.defaultValue() != null && !keywords.containsKey(parameter.name())) {
                scope.set(parameter.name(), evaluator.evaluate(parameter.defaultValue(), scope));
            }
        }
    }

    @Override
    public @Nullable Value attribute(String name) {
        return switch (name) {
            case "name" -> StringValue.of(macro.name());
            case "arguments" ->
                new TupleValue(macro.parameters().stream()
                        .<Value>map(parameter -> StringValue.of(parameter.name()))
                        .toList());
            case "catch_kwargs" -> BooleanValue.of(macro.usesKwargs());
            case "catch_varargs" -> BooleanValue.of(macro.usesVarargs());
            case "caller" -> BooleanValue.of(macro.usesCaller());
            case "explicit_caller" -> BooleanValue.of(hasParameter(CALLER));
            default -> null;
        };
    }

    @Override
    public String typeName() {
        return "Macro";
    }

    @Override
    public void print(TextBuilder out) {
        out.append("<Macro ");
        StringValue.of(macro.name()).print(out);
        out.append('>');
    }
}
