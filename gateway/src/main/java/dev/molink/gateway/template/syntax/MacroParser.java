package dev.molink.gateway.template.syntax;

import dev.molink.gateway.template.syntax.Statement.MacroBody;
import dev.molink.gateway.template.syntax.Statement.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Parses the parameters of macros and finds out what their bodies take besides them. */
final class MacroParser {
    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private final TargetParser targets;
    private final SpecialNames specialNames;

    MacroParser(TokenStream tokens, ExpressionParser expressions, TargetParser targets, SpecialNames specialNames) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.targets = targets;
        this.specialNames = specialNames;
    }

    /** Parameters in parentheses; those with a default come last. */
    List<Parameter> parameters() {
        tokens.expectOperator("(");
        var parameters = new ArrayList<Parameter>();
        boolean hasDefaults = false;
        while (!tokens.skipOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
            }
            String name = targets.name();
            if (isParameter(parameters, name)) {
                throw tokens.error("the parameter '" + name + "' is named twice");
            }
            Expression defaultValue = tokens.skipOperator("=") ? expressions.expression() : null;
            if (hasDefaults && defaultValue == null) {
                throw tokens.error("non-default argument follows default argument");
            }
            hasDefaults = defaultValue != null;
            parameters.add(new Parameter(name, defaultValue));
        }
        return List.copyOf(parameters);
    }

    /** A macro whose statements {@code body} parses. */
    MacroBody body(String name, List<Parameter> parameters, Supplier<List<Statement>> body) {
        specialNames.enterMacro();
        List<Statement> statements = body.get();
        Set<String> used = specialNames.leaveMacro();
        requireCallerHasDefault(parameters, used);
        return new MacroBody(
                name,
                parameters,
                statements,
                used.contains(SpecialNames.CALLER),
                used.contains(SpecialNames.KWARGS) && !isParameter(parameters, SpecialNames.KWARGS),
                used.contains(SpecialNames.VARARGS) && !isParameter(parameters, SpecialNames.VARARGS));
    }

    private void requireCallerHasDefault(List<Parameter> parameters, Set<String> used) {
        boolean required = parameters.stream()
                .anyMatch(
                        parameter -> parameter.name().equals(SpecialNames.CALLER) && parameter.defaultValue() == null);
        if (required && used.contains(SpecialNames.CALLER)) {
            throw tokens.error("the parameter 'caller' has to be left out or to have a default");
        }
    }

    private static boolean isParameter(List<Parameter> parameters, String name) {
        return parameters.stream().anyMatch(parameter -> parameter.name().equals(name));
    }
}
