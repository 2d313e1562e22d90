package dev.molink.gateway.template.syntax;

import dev.molink.gateway.template.syntax.Expression.Call;
import dev.molink.gateway.template.syntax.Expression.FilterStep;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is executed. {@code line} is where it starts, counted from 1. */
public sealed interface Statement {
    /** The line of the source. */
    int line();

    /** Text that is written as it is. */
    record Text(int line, String text) implements Statement {}

    /** {@code {{ expression }}}. */
    record Print(int line, Expression expression) implements Statement {}

    /** {@code if … elif … else}. */
    record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

    /** One condition and what it guards. */
    record Branch(int line, Expression condition, List<Statement> body) {}

    /**
     * {@code for target in elements if filter}.
     *
     * @param otherwise runs when no iteration reached the end of the body
     */
    record For(
            int line,
            Target target,
            Expression elements,
            @Nullable Expression filter,
            boolean recursive,
            List<Statement> body,
            List<Statement> otherwise)
            implements Statement {}

    /** {@code set target = value}. */
    record Set(int line, Target target, Expression value) implements Statement {}

    /** {@code set target | filters} with the value between the tags. */
    record SetBlock(int line, Target target, List<FilterStep> filters, List<Statement> body) implements Statement {}

    /** {@code macro}. */
    record DefineMacro(int line, MacroBody macro) implements Statement {}

    /** {@code call(parameters) macro(…)}: calls with the body as {@code caller}. */
    record CallBlock(int line, MacroBody caller, Call call) implements Statement {}

    /** A block whose text goes through filters. */
    record FilterBlock(int line, List<FilterStep> filters, List<Statement> body) implements Statement {}

    /** {@code with}. */
    record With(int line, List<Assignment> assignments, List<Statement> body) implements Statement {}

    /** One {@code target = value}. */
    record Assignment(Target target, Expression value) {}

    /** {@code autoescape}. */
    record Autoescape(int line, Expression enabled, List<Statement> body) implements Statement {}

    /** {@code block}; a scoped one sees the variables around it. */
    record Block(int line, String name, boolean scoped, List<Statement> body) implements Statement {}

    /** {@code generation}, which marks what the assistant wrote for training and has a scope of its own. */
    record Generation(int line, List<Statement> body) implements Statement {}

    /** {@code break}. */
    record Break(int line) implements Statement {}

    /** {@code continue}. */
    record Continue(int line) implements Statement {}

    /** {@code include}, {@code import}, {@code from} or {@code extends}: there is no other template, reaching it fails. */
    record LoadTemplate(int line, String tag) implements Statement {}

    /**
     * A macro or the body of a call.
     *
     * @param usesCaller whether it names {@code caller}, and so takes one
     * @param usesKwargs whether it names {@code kwargs}, and so takes any keyword
     * @param usesVarargs whether it names {@code varargs}, and so takes any number of arguments
     */
    record MacroBody(
            String name,
            List<Parameter> parameters,
            List<Statement> body,
            boolean usesCaller,
            boolean usesKwargs,
            boolean usesVarargs) {}

    /** A parameter and its default. */
    record Parameter(String name, @Nullable Expression defaultValue) {}

    /** What a value is assigned to. */
    sealed interface Target {
        /** A variable. */
        record Variable(String name) implements Target {}

        /** An attribute of a namespace. */
        record NamespaceAttribute(String namespace, String attribute) implements Target {}

        /** As many targets as the value has elements. */
        record Unpacked(List<Target> targets) implements Target {}
    }
}
